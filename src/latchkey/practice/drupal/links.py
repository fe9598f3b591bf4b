"""The pages that people see: the front page, a lost password, and the link in a mail."""

import secrets
import sqlite3
import time

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import callers, users
from latchkey.practice.drupal.errors import SITE_NAME
from latchkey.practice.pages import html
from latchkey.practice.wordpress import passwords

LASTS = 24 * 3600
_CHANCE = "practice_pass_reset"
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="Generator" content="Drupal 10 (https://www.drupal.org)">
<title>{title} | {site}</title>
<link rel="stylesheet" href="/practice/style.css">
</head>
<body>
<p class="ribbon"><strong>Practice site.</strong> Everybody here is made up.</p>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
)
_REDIRECT = """<!DOCTYPE html>
<html>
    <head>
        <meta charset="UTF-8" />
        <meta http-equiv="refresh" content="0;url='{to}'" />

        <title>Redirecting to {to}</title>
    </head>
    <body>
        Redirecting to <a href="{to}">{to}</a>.
    </body>
</html>"""
_LOST = Markup(
    "<p>A program asks for a mail at this address. In practice every mail lands in the "
    '<a href="/mailbox/">mailbox</a>.</p>'
)
_CHOOSE = Markup(
    """<form method="post">
<label for="edit-pass">New password</label>
<input id="edit-pass" name="pass" type="password" autocomplete="new-password" required>
<button>Save</button>
</form>"""
)
_FRONT = Markup(
    "<p>A Drupal, played by Latchkey. Nothing here leaves this machine. "
    '<a href="/mailbox/">Mailbox</a></p>'
)
_USED = Markup(
    "<p>This link has been used or is no longer valid. "
    '<a href="/user/password">Ask for a new one</a>.</p>'
)


def front() -> Response:
    """The front page."""
    return _page("Welcome", _FRONT)


def lost_password() -> Response:
    """The page on which people ask for a link."""
    return _page("Reset your password", _LOST)


def follow(request: Request, uid: int, asked: int, token: str) -> Response:
    """The link of a mail: it leads on once, for a day."""
    db = database.connection()
    with database.transaction():
        kept = db.execute(
            "DELETE FROM drupal_resets WHERE token = ? AND uid = ? AND asked = ? RETURNING asked",
            (passwords.token_hash(token), uid, asked),
        ).fetchone()
        if kept is None or kept[0] + LASTS < time.time():
            return _page("Reset password", _USED, 403)
        chance = _second_step(db, uid)
    target = request.base_url.removesuffix(f"/{asked}/{token}")
    response = html(_REDIRECT.format(to=target), 302)
    response.headers["Location"] = target
    response.set_cookie(_CHANCE, chance, httponly=True, samesite="Lax")
    return response


def choose(request: Request, uid: int) -> Response:
    """The page that the link leads to: a password is chosen there."""
    db, token = database.connection(), passwords.token_hash(request.cookies.get(_CHANCE, ""))
    kept = db.execute(
        "SELECT 1 FROM drupal_resets WHERE token = ? AND uid = ? AND asked = 0", (token, uid)
    ).fetchone()
    if kept is None:
        return _page("Reset password", _USED, 403)
    password = request.form.get("pass", "")
    if not password:
        return _page("Choose a password", _CHOOSE)
    response = _page("Password saved", Markup("<p>You are logged in now.</p>"))
    with database.transaction():
        users.set_password(db, uid, password)
        callers.begin_session(db, uid, response)
    return response


def maintenance() -> Response:
    """What is answered to everything while the site is being updated."""
    text = Markup("<p>We are updating this site. Thank you for your patience.</p>")
    return _page("Site under maintenance", text, 503)


def not_found() -> Response:
    """The page for an address that there is not."""
    return _page("Page not found", Markup("<p>Nothing was found at this address.</p>"), 404)


def _second_step(db: sqlite3.Connection, uid: int) -> str:
    chance = secrets.token_urlsafe(32)
    db.execute(
        "INSERT INTO drupal_resets (token, uid, asked) VALUES (?, ?, 0)",
        (passwords.token_hash(chance), uid),
    )
    return chance


def _page(title: str, body: Markup, status: int = 200) -> Response:
    response = html(_PAGE.format(title=title, body=body, site=SITE_NAME), status)
    response.headers["X-Generator"] = "Drupal 10 (https://www.drupal.org)"
    return response
