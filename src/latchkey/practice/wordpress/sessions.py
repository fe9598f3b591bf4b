"""Who is logged in with a browser: a cookie, kept as its hash."""

import secrets
import sqlite3
import time
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response

from latchkey.practice.wordpress import users
from latchkey.practice.wordpress.passwords import token_hash
from latchkey.practice.wordpress.users import User

COOKIE = "wordpress_logged_in_practice"
LASTS = 2 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in; the nonce stands in its forms, so that no other page can send them."""

    user: User
    nonce: str
    token: str


def begin(db: sqlite3.Connection, user_id: int, response: Response) -> None:
    """Log a person in: the answer carries the cookie."""
    token, nonce = secrets.token_urlsafe(32), secrets.token_hex(5)
    db.execute(
        "INSERT INTO wp_sessions (token, user_id, nonce, ends) VALUES (?, ?, ?, ?)",
        (token_hash(token), user_id, nonce, time.time() + LASTS),
    )
    response.set_cookie(COOKIE, token, httponly=True, samesite="Lax")


def session_of(db: sqlite3.Connection, request: Request) -> Session | None:
    """The session of a browser, while it lasts."""
    token = request.cookies.get(COOKIE, "")
    row = db.execute(
        "SELECT user_id, nonce FROM wp_sessions WHERE token = ? AND ends > ?",
        (token_hash(token), time.time()),
    ).fetchone()
    user = None if row is None else users.by_id(db, row[0])
    return None if user is None else Session(user, str(row[1]), token)


def end(db: sqlite3.Connection, session: Session, response: Response) -> None:
    """Log out."""
    db.execute("DELETE FROM wp_sessions WHERE token = ?", (token_hash(session.token),))
    response.delete_cookie(COOKIE)
