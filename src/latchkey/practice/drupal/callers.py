"""Who is asking: a session's cookie, basic authentication, or nobody.

A wrong password is not an error: the caller is anonymous (recording entry_point_wrong_password),
and so is one whose session has ended (create_with_dead_session_cookie).
"""

import hmac
import secrets
import sqlite3
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import flood, roles, users
from latchkey.practice.drupal.errors import ApiError
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import User
from latchkey.practice.wordpress import passwords

COOKIE = "SESS2f1c8a6b0d9e47c3a5b4f60718293a4b"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, None is anybody at all.

    `way` is how it was proved; `tried` says whether any credential came along.
    """

    user: User | None
    permissions: frozenset[str] = frozenset()
    way: str = ""
    tried: bool = False

    def can(self, permission: str) -> bool:
        """Whether the account has this permission."""
        return "*" in self.permissions or permission in self.permissions

    def refusal(self, detail: str) -> ApiError:
        """The error for something not allowed: 401 to one who brought no credential at all."""
        if self.tried:
            return ApiError(403, detail)
        return ApiError(401, "No authentication credentials provided.")


def caller_of(db: sqlite3.Connection, request: Request) -> Caller:
    """The caller that a request proves."""
    given = request.authorization
    if given is not None and given.type == "basic" and switch(db, "basic_auth"):
        name, password = given.username or "", given.password or ""
        return _by_password(db, name, password, request.remote_addr or "")
    token = request.cookies.get(COOKIE)
    if token and switch(db, "cookies"):
        return _by_session(db, token)
    return Caller(None, tried=bool(token) or given is not None)


def check_token(db: sqlite3.Connection, caller: Caller, request: Request) -> None:
    """Refuse a write by a session without its CSRF token."""
    if caller.way != "session" or request.method in _SAFE:
        return
    given = request.headers.get("X-CSRF-Token")
    if given is None:
        raise ApiError(403, "X-CSRF-Token request header is missing")
    kept = db.execute(
        "SELECT csrf FROM drupal_sessions WHERE token = ?",
        (passwords.token_hash(request.cookies[COOKIE]),),
    ).fetchone()
    if kept is None or not hmac.compare_digest(kept[0], passwords.token_hash(given)):
        raise ApiError(403, "X-CSRF-Token request header is invalid")


def begin_session(db: sqlite3.Connection, uid: int, response: Response) -> str:
    """Log a person in: the answer carries the cookie; gives the CSRF token."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO drupal_sessions (token, uid, csrf) VALUES (?, ?, ?)",
        (passwords.token_hash(token), uid, passwords.token_hash(csrf)),
    )
    response.set_cookie(COOKIE, token, max_age=2_000_000, httponly=True, samesite="Lax")
    users.logged_in(db, uid)
    return csrf


def _by_password(db: sqlite3.Connection, name: str, password: str, address: str) -> Caller:
    user = users.by_name(db, name)
    uid = None if user is None else user.uid
    if flood.is_address_blocked(db, "basic", address) or flood.is_blocked(
        db, "basic", uid, address
    ):
        return Caller(None, tried=True)
    if user is None or not is_right(user, password):
        with database.transaction():
            flood.failed(db, "basic", uid, address)
        return Caller(None, tried=True)
    return _known(db, user, "basic")


def is_right(user: User, password: str) -> bool:
    """Whether an active account has this password."""
    return user.status and bool(user.password) and passwords.matches(password, str(user.password))


def _by_session(db: sqlite3.Connection, token: str) -> Caller:
    row = db.execute(
        "SELECT uid FROM drupal_sessions WHERE token = ?", (passwords.token_hash(token),)
    ).fetchone()
    user = None if row is None else users.by_uid(db, row[0])
    if user is None or not user.status:
        return Caller(None, tried=True)
    return _known(db, user, "session")


def _known(db: sqlite3.Connection, user: User, way: str) -> Caller:
    everything = frozenset({"*"}) if user.uid == 1 else frozenset()
    held = roles.permissions_of(db, [roles.AUTHENTICATED, *user.roles])
    return Caller(user, held | everything, way, tried=True)
