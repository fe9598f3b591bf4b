"""The mails that Drupal sends about an account, each with a link that works once."""

import secrets
import sqlite3
import time

from latchkey.practice.drupal.errors import SITE_NAME
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import User
from latchkey.practice.mailbox import messages
from latchkey.practice.wordpress import passwords

_RESET = """{name},

A request to reset the password for your account has been made at {site}.

You may now log in by clicking this link or copying and pasting it into your browser:

{link}

This link can only be used once to log in and will lead you to a page where you can set your
password. It expires after one day and nothing will happen if it's not used.

--  {site} team
"""
_ACTIVATED = """{name},

Your account at {site} has been activated.

You may now log in by clicking this link or copying and pasting it into your browser:

{link}

This link can only be used once to log in and will lead you to a page where you can set your
password.

After setting your password, you will be able to log in in the future using:

username: {name}
password: Your password

--  {site} team
"""


def reset_asked(db: sqlite3.Connection, user: User, url: str) -> bool:
    """Mail a link to choose a new password; False when the transport fails."""
    subject = f"Replacement login information for {user.name} at {SITE_NAME}"
    return _send(db, user, url, subject, _RESET)


def activated(db: sqlite3.Connection, user: User, url: str) -> bool:
    """Mail that an account works now; False when the transport fails, which nobody is told."""
    subject = f"Account details for {user.name} at {SITE_NAME} (approved)"
    return _send(db, user, url, subject, _ACTIVATED)


def _send(db: sqlite3.Connection, user: User, url: str, subject: str, text: str) -> bool:
    if not user.mail or not switch(db, "mail_transport"):
        return False
    link = _link(db, user, url)
    body = text.format(name=user.name, site=SITE_NAME, link=link)
    messages.deliver(db, user.mail, subject, body)
    return True


def _link(db: sqlite3.Connection, user: User, url: str) -> str:
    token, asked = secrets.token_urlsafe(32), int(time.time())
    db.execute(
        "INSERT INTO drupal_resets (token, uid, asked) VALUES (?, ?, ?)",
        (passwords.token_hash(token), user.uid, asked),
    )
    prefix = "" if user.preferred_langcode == "en" else f"/{user.preferred_langcode}"
    return f"{url}{prefix}/user/reset/{user.uid}/{asked}/{token}"
