"""Reset mails, and the page that their links lead to."""

import secrets
from contextvars import ContextVar
from typing import Final

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

from latchkey.practice import database, pages
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.mailbox import messages
from latchkey.practice.wordpress.passwords import hashed, token_hash

PAGE: Final = "/civicrm/login/password"
SITE: ContextVar[str] = ContextVar("site", default="")
_TEXT: Final = """A password reset link was requested for this account. If this wasn't you
(and nobody else can access this email account) you can safely ignore this email.

Reset your password:
{link}
"""
_FORM: Final = Markup(
    '<!DOCTYPE html><html lang="en"><title>{title}</title><h1>{title}</h1>'
    '<form method="post"><label>{label} <input name="{name}" type="{type}"></label>'
    '<button type="submit">Continue</button></form></html>'
)


class CrashError(Exception):
    """PHP died: a page instead of an answer of the API."""


def send(sight: Sight, user_id: int) -> None:
    """Mail a one-time link. A user without a contact is more than CiviCRM can bear."""
    username, address, contact_id = sight.db.execute(
        "SELECT username, uf_name, contact_id FROM standalone_user WHERE id = ?", (user_id,)
    ).fetchone()
    if contact_id is None:
        raise CrashError
    token = secrets.token_hex(16)
    sight.db.execute(
        "UPDATE standalone_user SET password_reset_token = ? WHERE id = ?",
        (token_hash(token), user_id),
    )
    link = f"{SITE.get()}{PAGE}?token={token}"
    subject = f"Password reset link for {username}"
    messages.deliver(sight.db, address, subject, _TEXT.format(link=link))


def send_to_named(sight: Sight, identifier: str) -> None:
    """Mail whoever has this username or address; nobody where nobody has."""
    row = sight.db.execute(
        "SELECT id FROM standalone_user"
        " WHERE (username = ? OR uf_name = ?) AND is_active = 1 AND contact_id IS NOT NULL",
        (identifier, identifier),
    ).fetchone()
    if row is not None:
        send(sight, row[0])


def respond(request: Request) -> Response:
    """The page for a new password: who are you, or, by a link, which shall it be."""
    token = request.args.get("token", "")
    if not token:
        return _page("Request password reset link", "Username or email", "identifier", "text")
    with database.transaction() as db:
        row = db.execute(
            "SELECT id FROM standalone_user WHERE password_reset_token = ?", (token_hash(token),)
        ).fetchone()
        if row is None:
            return pages.html("<h1>Invalid or expired password reset link</h1>", 404)
        if request.method != "POST":
            return _page("Set a password", "New password", "password", "password")
        db.execute(
            "UPDATE standalone_user SET hashed_password = ?, password_reset_token = NULL"
            " WHERE id = ?",
            (hashed(request.form.get("password", "")), row[0]),
        )
    return pages.html("<h1>Your password has been set</h1>")


def _page(title: str, label: str, name: str, kind: str) -> Response:
    return pages.html(_FORM.format(title=escape(title), label=label, name=name, type=kind))
