"""The accounts of the practice site, as rows.

Nothing here commits, and nothing here tells CiviCRM: `accounts` does both.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from latchkey.practice.wordpress import names, passwords, roles
from latchkey.practice.wordpress.errors import RestError

COLUMNS = (
    "u.id, u.login, u.email, u.slug, u.password, u.first_name, u.last_name, u.display_name,"
    " u.nickname, u.url, u.description, u.locale, u.registered, u.published_posts,"
    " u.own_capabilities, (SELECT json_group_array(r.role) FROM (SELECT role FROM wp_user_roles"
    " WHERE user_id = u.id ORDER BY position) r)"
)
_FIND = f"SELECT {COLUMNS} FROM wp_users u WHERE"  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class User:
    """One account; `own_capabilities` None means that the roles alone decide."""

    id: int
    login: str
    email: str
    slug: str
    password: str = field(repr=False)
    first_name: str
    last_name: str
    display_name: str
    nickname: str
    url: str
    description: str
    locale: str
    registered: str
    published_posts: int
    own_capabilities: tuple[str, ...] | None
    roles: tuple[str, ...]

    @property
    def capabilities(self) -> tuple[str, ...]:
        """What the account may do, without its CiviCRM permissions."""
        if self.own_capabilities is not None:
            return self.own_capabilities
        return roles.capabilities_of(self.roles)


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to be; an empty display name, nickname or slug is made of the others."""

    login: str
    email: str
    password: str = field(repr=False)
    roles: tuple[str, ...] = (roles.DEFAULT_ROLE,)
    first_name: str = ""
    last_name: str = ""
    display_name: str = ""
    nickname: str = ""
    url: str = ""
    description: str = ""
    locale: str = ""
    slug: str = ""


def user_of_row(row: Sequence[Any]) -> User:
    """The account in one row of COLUMNS."""
    own = None if row[14] is None else tuple(json.loads(row[14]))
    return User(*[*row[:14], own, tuple(json.loads(row[15]))])


def by_id(db: sqlite3.Connection, user_id: int) -> User | None:
    """The account with this id."""
    return _one(db, "u.id = ?", user_id)


def by_login(db: sqlite3.Connection, login: str) -> User | None:
    """The account with this username, in any case."""
    return _one(db, "u.login = ?", login)


def by_email(db: sqlite3.Connection, email: str) -> User | None:
    """The account with this address, in any case."""
    return _one(db, "u.email = ?", email)


def by_slug(db: sqlite3.Connection, slug: str) -> User | None:
    """The account with this slug."""
    return _one(db, "u.slug = ?", slug)


def by_login_or_email(db: sqlite3.Connection, name: str) -> User | None:
    """The account that a person means who types either into a log-in form."""
    return by_login(db, name) or (by_email(db, name) if "@" in name else None)


def insert(db: sqlite3.Connection, new: NewUser) -> int:
    """Write a new account and its roles.

    Raises:
        RestError: too long a username, or the username or address is taken (a 500, as recorded).
    """
    _refuse_clash(db, new)
    full_name = f"{new.first_name} {new.last_name}".strip()
    cursor = db.execute(
        "INSERT INTO wp_users (login, email, slug, password, first_name, last_name, display_name,"
        " nickname, url, description, locale, registered, published_posts)"
        # The first account of a WordPress is the author of its first post.
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOT EXISTS (SELECT 1 FROM wp_users))",
        (
            new.login,
            names.kept_address(new.email),
            free_slug(db, names.slug_of(new.slug or new.login)),
            passwords.hashed(new.password),
            new.first_name,
            new.last_name,
            new.display_name or full_name or new.login,
            new.nickname or new.login,
            new.url,
            new.description,
            new.locale,
            datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        ),
    )
    user_id = int(cursor.lastrowid or 0)
    set_roles(db, user_id, new.roles)
    return user_id


def save(db: sqlite3.Connection, user: User) -> None:
    """Write the fields that can change: not the username, not the password, not the roles."""
    db.execute(
        "UPDATE wp_users SET email = ?, slug = ?, first_name = ?, last_name = ?, display_name = ?,"
        " nickname = ?, url = ?, description = ?, locale = ? WHERE id = ?",
        (
            names.kept_address(user.email),
            user.slug,
            user.first_name,
            user.last_name,
            user.display_name,
            user.nickname,
            user.url,
            user.description,
            user.locale,
            user.id,
        ),
    )


def set_roles(db: sqlite3.Connection, user_id: int, wanted: Sequence[str]) -> None:
    """Give an account exactly these roles."""
    db.execute("DELETE FROM wp_user_roles WHERE user_id = ?", (user_id,))
    db.executemany(
        "INSERT INTO wp_user_roles (user_id, position, role) VALUES (?, ?, ?)",
        [(user_id, position, role) for position, role in enumerate(dict.fromkeys(wanted))],
    )


def set_own_capabilities(
    db: sqlite3.Connection, user_id: int, capabilities: Sequence[str] | None
) -> None:
    """Let an account do exactly this, whatever its roles say; None gives it back to the roles."""
    kept = None if capabilities is None else json.dumps(list(capabilities))
    db.execute("UPDATE wp_users SET own_capabilities = ? WHERE id = ?", (kept, user_id))


def set_password(db: sqlite3.Connection, user_id: int, password: str) -> None:
    """Set a password: an open reset key and all sessions end with the old one."""
    db.execute(
        "UPDATE wp_users SET password = ?, reset_key = NULL, reset_asked = NULL WHERE id = ?",
        (passwords.hashed(password), user_id),
    )
    db.execute("DELETE FROM wp_sessions WHERE user_id = ?", (user_id,))


def add_application_password(
    db: sqlite3.Connection, user_id: int, name: str, password: str
) -> None:
    """Let a program log in as this account with a password of its own."""
    db.execute(
        "INSERT INTO wp_application_passwords (user_id, name, password) VALUES (?, ?, ?)",
        (user_id, name, passwords.application_hash(password)),
    )


def remove(db: sqlite3.Connection, user_id: int) -> None:
    """Delete an account with its roles, application passwords and sessions."""
    for table in ("wp_user_roles", "wp_application_passwords", "wp_sessions"):
        db.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))  # noqa: S608 - constants only
    db.execute("DELETE FROM wp_users WHERE id = ?", (user_id,))


def free_slug(db: sqlite3.Connection, slug: str) -> str:
    """The slug, or the first of its numbered forms that nobody has."""
    candidate, number = slug, 2
    while db.execute("SELECT 1 FROM wp_users WHERE slug = ?", (candidate,)).fetchone():
        candidate = names.numbered_slug(slug, number)
        number += 1
    return candidate


def _refuse_clash(db: sqlite3.Connection, new: NewUser) -> None:
    if len(new.login) > names.MAX_LOGIN:
        raise RestError("user_login_too_long", "Username may not be longer than 60 characters.")
    if db.execute("SELECT 1 FROM wp_users WHERE login = ?", (new.login,)).fetchone():
        raise RestError("existing_user_login", "Sorry, that username already exists!")
    if db.execute("SELECT 1 FROM wp_users WHERE email = ?", (new.email,)).fetchone():
        raise RestError("existing_user_email", "Sorry, that email address is already used!")


def _one(db: sqlite3.Connection, condition: str, value: object) -> User | None:
    row = db.execute(f"{_FIND} {condition}", (value,)).fetchone()
    return None if row is None else user_of_row(row)
