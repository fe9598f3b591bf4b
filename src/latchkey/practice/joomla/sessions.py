"""Browser sessions: a cookie, kept as its hash, and the name of the hidden field in its forms."""

import secrets
import sqlite3
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from latchkey.practice.wordpress.passwords import token_hash

COOKIE = "practice_joomla_session"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser. `token` is 32 hex digits; a form without it is refused."""

    id: str
    token: str
    user_id: int | None
    reset_user_id: int | None


def session_of(db: sqlite3.Connection, request: Request) -> Session | None:
    """The session of a browser that has one."""
    kept = token_hash(request.cookies.get(COOKIE, ""))
    row = db.execute(
        "SELECT id, form_token, user_id, reset_user_id FROM joomla_sessions WHERE id = ?", (kept,)
    ).fetchone()
    return None if row is None else Session(*row)


def begun(db: sqlite3.Connection) -> tuple[Session, str]:
    """A new session, and the cookie for it."""
    cookie = secrets.token_urlsafe(24)
    session = Session(token_hash(cookie), secrets.token_hex(16), None, None)
    db.execute(
        "INSERT INTO joomla_sessions (id, form_token) VALUES (?, ?)", (session.id, session.token)
    )
    return session, cookie


def give(response: Response, cookie: str) -> Response:
    """The answer with the cookie of a new session."""
    response.set_cookie(COOKIE, cookie, httponly=True, samesite="Lax")
    return response


def remember(
    db: sqlite3.Connection,
    session: Session,
    *,
    user_id: int | None = None,
    reset_user_id: int | None = None,
) -> None:
    """Who is logged in, and who is about to choose a password."""
    db.execute(
        "UPDATE joomla_sessions SET user_id = ?, reset_user_id = ? WHERE id = ?",
        (user_id, reset_user_id, session.id),
    )
