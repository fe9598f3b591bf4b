"""The accounts, as rows."""

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latchkey.practice.wordpress import passwords

STAFF = 3  # administrator, guest and service user come first
CUSTOM_FIELDS = ("field_civi_contact_id", "field_first_name", "field_last_name")
_COLUMNS = (
    "uid, uuid, name, mail, password, status, preferred_langcode, created, changed, access, login, "
    "init, fields"
)
_NAMES = _COLUMNS.split(", ")
_FIND = f"SELECT {_COLUMNS} FROM drupal_users"  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class User:
    """One account; moments are seconds since 1970, 0 for never. `password` is a hash."""

    uid: int
    uuid: str
    name: str
    mail: str | None
    password: str | None = field(repr=False)
    status: bool
    preferred_langcode: str
    created: int
    changed: int
    access: int
    login: int
    init: str | None
    fields: Mapping[str, Any]
    roles: tuple[str, ...] = ()


def insert(db: sqlite3.Connection, uuid: str, values: Mapping[str, Any]) -> int:
    """Add an account with these values, by Drupal's names; `pass` in the clear."""
    now = int(time.time())
    cursor = db.execute(
        "INSERT INTO drupal_users (uuid, name, mail, password, status, preferred_langcode,"
        " created, changed, init, fields) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            uuid,
            values["name"],
            values.get("mail"),
            passwords.hashed(values["pass"]) if values.get("pass") else None,
            int(values.get("status", False)),
            values.get("preferred_langcode", "en"),
            now,
            now,
            values.get("init"),
            json.dumps({name: values.get(name) for name in CUSTOM_FIELDS}),
        ),
    )
    return int(cursor.lastrowid or 0)


def insert_anonymous(db: sqlite3.Connection, uuid: str) -> None:
    """Add number 0, who stands for everybody that is not logged in."""
    db.execute(
        "INSERT INTO drupal_users (uid, uuid, name, status, preferred_langcode, created, changed)"
        " VALUES (0, ?, '', 0, 'en', 0, 0)",
        (uuid,),
    )


def save(db: sqlite3.Connection, user: User, values: Mapping[str, Any]) -> None:
    """Change these values of an account; another password ends its sessions."""
    fields = {**user.fields, **{k: v for k, v in values.items() if k in CUSTOM_FIELDS}}
    db.execute(
        "UPDATE drupal_users SET name = ?, mail = ?, status = ?, preferred_langcode = ?, init = ?,"
        " changed = ?, fields = ? WHERE uid = ?",
        (
            values.get("name", user.name),
            values.get("mail", user.mail),
            int(values.get("status", user.status)),
            values.get("preferred_langcode", user.preferred_langcode),
            values.get("init", user.init),
            int(time.time()),
            json.dumps(fields),
            user.uid,
        ),
    )
    if values.get("pass"):
        set_password(db, user.uid, str(values["pass"]))
    if not values.get("status", True):
        db.execute("DELETE FROM drupal_sessions WHERE uid = ?", (user.uid,))


def set_password(db: sqlite3.Connection, uid: int, password: str) -> None:
    """Set a password: open links and sessions end."""
    kept = passwords.hashed(password)
    db.execute("UPDATE drupal_users SET password = ? WHERE uid = ?", (kept, uid))
    db.execute("DELETE FROM drupal_sessions WHERE uid = ?", (uid,))
    db.execute("DELETE FROM drupal_resets WHERE uid = ?", (uid,))


def set_roles(db: sqlite3.Connection, uid: int, wanted: Sequence[str]) -> None:
    """Give an account exactly these roles."""
    db.execute("DELETE FROM drupal_user_roles WHERE uid = ?", (uid,))
    db.executemany(
        "INSERT INTO drupal_user_roles (uid, role, position) VALUES (?, ?, ?)",
        [(uid, role, position) for position, role in enumerate(dict.fromkeys(wanted))],
    )


def logged_in(db: sqlite3.Connection, uid: int) -> None:
    """Note that a person has logged in."""
    now = int(time.time())
    db.execute("UPDATE drupal_users SET login = ?, access = ? WHERE uid = ?", (now, now, uid))


def by_uid(db: sqlite3.Connection, uid: int) -> User | None:
    """The account with this number."""
    return next(iter(found(db, "uid = ?", [uid])), None)


def by_uuid(db: sqlite3.Connection, uuid: str) -> User | None:
    """The account with this UUID."""
    return next(iter(found(db, "uuid = ?", [uuid.lower()])), None)


def by_name(db: sqlite3.Connection, name: str) -> User | None:
    """The account with this name, case ignored."""
    return next(iter(found(db, "name = ?", [name])), None)


def by_mail(db: sqlite3.Connection, mail: str, *, ignore_case: bool) -> list[User]:
    """The accounts with this address: there may be several."""
    collation = "NOCASE" if ignore_case else "BINARY"
    return found(db, f"mail = ? COLLATE {collation}", [mail])


def all_of(db: sqlite3.Connection) -> list[User]:
    """Every account, ascending by number."""
    return found(db, "1", [])


def found(
    db: sqlite3.Connection, condition: str, values: Iterable[object], ending: str = "ORDER BY uid"
) -> list[User]:
    """The accounts for which an SQL condition holds."""
    rows = db.execute(f"{_FIND} WHERE {condition} {ending}", tuple(values)).fetchall()
    return [_user(db, row) for row in rows]


def _user(db: sqlite3.Connection, row: Sequence[Any]) -> User:
    held = db.execute(
        "SELECT role FROM drupal_user_roles WHERE uid = ? ORDER BY position", (row[0],)
    )
    roles = tuple(str(each[0]) for each in held)
    values = dict(zip(_NAMES, row, strict=True))
    values |= {"status": bool(values["status"]), "fields": json.loads(values["fields"])}
    return User(**values, roles=roles)
