"""The users, as rows of the one or the other CMS."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from latchkey.practice.wordpress.passwords import hashed

# As far as practice has them; the roles that everybody has are never shown.
ROLES: Mapping[str, Sequence[str]] = {
    "administrator": ("administer users", "administer permissions", "administer modules"),
    "content team": ("administer nodes",),
    "member": (),
    "volunteer": (),
}
# What a field takes: a number of characters, or None for whole numbers.
FIELDS: Mapping[str, int | None] = {
    "field_first_name": 60,
    "field_last_name": 60,
    "field_contact_id": None,
}
LANGUAGES = ("en", "fr", "pt-br", "zh-hans")


@dataclass(frozen=True, slots=True)
class NewUser:
    """A user to be; the password is kept as a hash only."""

    name: str
    mail: str
    password: str = field(repr=False)
    roles: Iterable[str] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class User:
    """A user; `login` is a moment in seconds, 0 for somebody who never logged in."""

    uid: int
    name: str
    mail: str
    password: str = field(repr=False)
    status: bool
    language: str
    login: int
    roles: Sequence[str]
    fields: Mapping[str, str]


class Users:
    """The users of one CMS in the practice file."""

    def __init__(self, db: sqlite3.Connection, cms: str) -> None:
        self._db = db
        self._cms = cms

    def insert(self, new: NewUser) -> int:
        """Add a user, in the caller's transaction; the id."""
        highest = self._db.execute(
            "SELECT COALESCE(MAX(uid), 0) FROM phpcms_users WHERE cms = ?", (self._cms,)
        ).fetchone()[0]
        uid = int(highest) + 1
        self._db.execute(
            "INSERT INTO phpcms_users (cms, uid, name, mail, password, language)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (self._cms, uid, new.name, new.mail, hashed(new.password), new.language),
        )
        self.set_roles(uid, new.roles)
        self.set_fields(uid, new.fields)
        return uid

    def change(self, uid: int, columns: Mapping[str, Any]) -> None:
        """Set columns of a user, whose names are the schema's own."""
        for column, value in columns.items():
            self._db.execute(
                f"UPDATE phpcms_users SET {column} = ? WHERE cms = ? AND uid = ?",  # noqa: S608 - names of our schema
                (value, self._cms, uid),
            )

    def set_roles(self, uid: int, roles: Iterable[str]) -> None:
        """Give a user these roles and no others."""
        self._db.execute(
            "DELETE FROM phpcms_user_roles WHERE cms = ? AND uid = ?", (self._cms, uid)
        )
        self._db.executemany(
            "INSERT INTO phpcms_user_roles VALUES (?, ?, ?)",
            [(self._cms, uid, role) for role in roles],
        )

    def set_fields(self, uid: int, fields: Mapping[str, str]) -> None:
        """Set these fields; an empty value empties one."""
        for name, value in fields.items():
            self._db.execute(
                "DELETE FROM phpcms_user_fields WHERE cms = ? AND uid = ? AND field = ?",
                (self._cms, uid, name),
            )
            if value:
                self._db.execute(
                    "INSERT INTO phpcms_user_fields VALUES (?, ?, ?, ?)",
                    (self._cms, uid, name, value),
                )

    def one(self, uid: int) -> User | None:
        """The user with this id."""
        return next(iter(self.those([uid])), None)

    def those(self, uids: Iterable[int]) -> list[User]:
        """The users with these ids, ascending."""
        rows = (self._row(uid) for uid in sorted(set(uids)))
        return [user for user in rows if user is not None]

    def having(self, column: str, values: Iterable[str]) -> list[int]:
        """The ids of those whose name or mail is one of these, whatever the case."""
        query = f"SELECT uid FROM phpcms_users WHERE cms = ? AND {column} = ?"  # noqa: S608 - a name of our schema
        found = (self._db.execute(query, (self._cms, value)) for value in values)
        return [int(uid) for rows in found for (uid,) in rows]

    def after(self, uid: int, count: int) -> list[int]:
        """The next ids."""
        rows = self._db.execute(
            "SELECT uid FROM phpcms_users WHERE cms = ? AND uid > ? ORDER BY uid LIMIT ?",
            (self._cms, uid, count),
        )
        return [int(uid) for (uid,) in rows]

    def _row(self, uid: int) -> User | None:
        whose = (self._cms, uid)
        row = self._db.execute(
            "SELECT name, mail, password, status, language, login FROM phpcms_users"
            " WHERE cms = ? AND uid = ?",
            whose,
        ).fetchone()
        if row is None:
            return None
        name, mail, password, status, language, login = row
        roles = self._db.execute(
            "SELECT role FROM phpcms_user_roles WHERE cms = ? AND uid = ? ORDER BY role", whose
        )
        fields = self._db.execute(
            "SELECT field, value FROM phpcms_user_fields WHERE cms = ? AND uid = ?", whose
        )
        return User(
            uid,
            name,
            mail,
            password,
            bool(status),
            language,
            login,
            roles=[role for (role,) in roles],
            fields=dict(fields.fetchall()),
        )
