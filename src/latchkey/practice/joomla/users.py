"""The accounts, as rows."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from latchkey.practice.wordpress import passwords

_COLUMNS = (
    "id, name, username, email, password, block, send_email, registered, last_visit, last_reset,"
    " reset_count, activation"
)
_SELECT = f"SELECT {_COLUMNS} FROM joomla_users"  # noqa: S608 - names of our schema


@dataclass(frozen=True, slots=True)
class User:
    """One account. Moments are UTC, `YYYY-MM-DD hh:mm:ss`, None where it never happened.

    `activation` is the hash of the one-time token in the last reset mail.
    """

    id: int
    name: str
    username: str
    email: str
    password: str = field(repr=False)
    block: int
    send_email: int
    registered: str
    last_visit: str | None
    last_reset: str | None
    reset_count: int
    activation: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be; without an id it gets the next one."""

    name: str
    username: str
    email: str
    password: str = field(repr=False)
    groups: frozenset[int]
    block: int = 0
    send_email: int = 0
    params: Mapping[str, object] = field(default_factory=dict)
    token: str | None = field(default=None, repr=False)
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What a list is narrowed by: an id, a part of the username, or a part of anything."""

    where: str = "1"
    values: tuple[object, ...] = ()


def now() -> str:
    """The present moment, as Joomla writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def insert(db: sqlite3.Connection, new: NewUser) -> int:
    """Add an account and give its id; sqlite3.IntegrityError where name or address is taken."""
    cursor = db.execute(
        "INSERT INTO joomla_users (id, name, username, email, password, block, send_email,"
        " registered, params, token) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new.id,
            new.name,
            new.username,
            new.email,
            passwords.hashed(new.password),
            new.block,
            new.send_email,
            now(),
            json.dumps(dict(new.params)),
            new.token,
        ),
    )
    user_id = int(cursor.lastrowid or 0)
    set_groups(db, user_id, new.groups)
    return user_id


def change(db: sqlite3.Connection, user_id: int, values: Mapping[str, object]) -> None:
    """Set columns of one account."""
    columns = ", ".join(f"{name} = ?" for name in values)
    statement = f"UPDATE joomla_users SET {columns} WHERE id = ?"  # noqa: S608 - names of our schema
    db.execute(statement, (*values.values(), user_id))


def set_password(db: sqlite3.Connection, user_id: int, password: str) -> None:
    """Give a new password; a link in an old mail stops working."""
    change(db, user_id, {"password": passwords.hashed(password), "activation": None})


def set_groups(db: sqlite3.Connection, user_id: int, groups: Iterable[int]) -> None:
    """Exactly these groups."""
    db.execute("DELETE FROM joomla_user_groups WHERE user_id = ?", (user_id,))
    rows = [(user_id, group) for group in groups]
    db.executemany("INSERT INTO joomla_user_groups VALUES (?, ?)", rows)


def groups_of(db: sqlite3.Connection, user_id: int) -> dict[int, str]:
    """Titles by id, in the order of the ids."""
    rows = db.execute(
        "SELECT g.id, g.title FROM joomla_user_groups m JOIN joomla_groups g ON g.id = m.group_id"
        " WHERE m.user_id = ? ORDER BY g.id",
        (user_id,),
    )
    return dict(rows.fetchall())


def by_id(db: sqlite3.Connection, user_id: int) -> User | None:
    """The account with this id."""
    return _one(db, "id = ?", user_id)


def by_username(db: sqlite3.Connection, username: str) -> User | None:
    """The account with this username, case ignored."""
    return _one(db, "username = ?", username)


def by_email(db: sqlite3.Connection, email: str) -> User | None:
    """The account with this address, case ignored."""
    return _one(db, "email = ?", email)


def by_token(db: sqlite3.Connection, token: str) -> User | None:
    """The account whose programs send this token."""
    return _one(db, "token = ?", token)


def searched(text: str) -> Search:
    """What `filter[search]` means (recordings lookup_search_*)."""
    if text.startswith("id:"):
        digits = text.removeprefix("id:").strip()
        return Search("id = ?", (int(digits) if digits.isdecimal() else 0,))
    if text.startswith("username:"):
        return Search("username LIKE ?", (f"%{text.removeprefix('username:')}%",))
    part = f"%{text.strip()}%"
    return Search("(name LIKE ? OR username LIKE ? OR email LIKE ?)", (part, part, part))


def count(db: sqlite3.Connection, search: Search) -> int:
    """How many accounts a search finds."""
    statement = f"SELECT count(*) FROM joomla_users WHERE {search.where}"  # noqa: S608 - texts of `searched`
    return int(db.execute(statement, search.values).fetchone()[0])


def page(db: sqlite3.Connection, search: Search, limit: int, offset: int) -> list[User]:
    """Some of the accounts that a search finds, by their names: Joomla's API knows no other."""
    statement = f"{_SELECT} WHERE {search.where} ORDER BY name, id LIMIT ? OFFSET ?"
    return [User(*row) for row in db.execute(statement, (*search.values, limit, offset))]


def fields_of(db: sqlite3.Connection, user_id: int) -> dict[str, str]:
    """The values of the custom fields, empty where none was given."""
    rows = db.execute(
        "SELECT f.name, coalesce(v.value, '') FROM joomla_fields f"
        " LEFT JOIN joomla_field_values v ON v.field = f.name AND v.user_id = ? ORDER BY f.name",
        (user_id,),
    )
    return dict(rows.fetchall())


def set_fields(db: sqlite3.Connection, user_id: int, values: Mapping[str, str]) -> None:
    """Give custom fields their values; what is no field of the site is forgotten."""
    for name in fields_of(db, user_id).keys() & values.keys():
        db.execute(
            "INSERT INTO joomla_field_values VALUES (?, ?, ?)"
            " ON CONFLICT (user_id, field) DO UPDATE SET value = excluded.value",
            (user_id, name, values[name]),
        )


def add_field(db: sqlite3.Connection, name: str) -> None:
    """A custom field that every account has from now on."""
    db.execute("INSERT OR IGNORE INTO joomla_fields VALUES (?)", (name,))


def _one(db: sqlite3.Connection, where: str, value: object) -> User | None:
    row = db.execute(f"{_SELECT} WHERE {where}", (value,)).fetchone()
    return None if row is None else User(*row)
