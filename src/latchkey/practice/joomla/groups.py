"""The tree of groups, as every Joomla is installed with, and which of them have power."""

import sqlite3
from dataclasses import dataclass

REGISTERED, AUTHOR, EDITOR, PUBLISHER = 2, 3, 4, 5
MANAGER, ADMINISTRATOR, SUPER_USERS = 6, 7, 8

# id, parent, left, right, title: as recording groups_list has them, in English.
INSTALLED = (
    (1, 0, 1, 18, "Public"),
    (9, 1, 2, 3, "Guest"),
    (MANAGER, 1, 4, 7, "Manager"),
    (ADMINISTRATOR, MANAGER, 5, 6, "Administrator"),
    (REGISTERED, 1, 8, 15, "Registered"),
    (AUTHOR, REGISTERED, 9, 14, "Author"),
    (EDITOR, AUTHOR, 10, 13, "Editor"),
    (PUBLISHER, EDITOR, 11, 12, "Publisher"),
    (SUPER_USERS, 1, 16, 17, "Super Users"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """One group; `lft` and `rgt` enclose those of the groups below it."""

    id: int
    parent_id: int
    lft: int
    rgt: int
    title: str


def install(db: sqlite3.Connection) -> None:
    """Make the tree, inside the caller's transaction."""
    db.executemany("INSERT INTO joomla_groups VALUES (?, ?, ?, ?, ?)", INSTALLED)


def add(db: sqlite3.Connection, title: str, parent_id: int) -> int:
    """One more group, the last of those below its parent; gives its id."""
    right = int(
        db.execute("SELECT rgt FROM joomla_groups WHERE id = ?", (parent_id,)).fetchone()[0]
    )
    db.execute("UPDATE joomla_groups SET rgt = rgt + 2 WHERE rgt >= ?", (right,))
    db.execute("UPDATE joomla_groups SET lft = lft + 2 WHERE lft > ?", (right,))
    cursor = db.execute(
        "INSERT INTO joomla_groups (parent_id, lft, rgt, title) VALUES (?, ?, ?, ?)",
        (parent_id, right, right + 1, title),
    )
    return int(cursor.lastrowid or 0)


def every(db: sqlite3.Connection) -> list[Group]:
    """All groups, in the order of the tree."""
    rows = db.execute("SELECT id, parent_id, lft, rgt, title FROM joomla_groups ORDER BY lft")
    return [Group(*row) for row in rows]


def known(db: sqlite3.Connection, asked: list[object]) -> frozenset[int]:
    """The ids among what was asked for; whatever else it holds is dropped without a word.

    As recorded in create_group_by_title and patch_bad_group.
    """
    ids = {group.id for group in every(db)}
    return frozenset(int(str(one)) for one in asked if str(one).isdecimal()) & ids
