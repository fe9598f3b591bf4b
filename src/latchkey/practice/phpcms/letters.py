"""The CMS's own letters, with a link that lets its owner in once."""

import hmac
import sqlite3
import time
from hashlib import sha256

from latchkey.practice.mailbox import messages
from latchkey.practice.phpcms import LABELS
from latchkey.practice.phpcms.users import User

LETTERS = ("register_admin_created", "password_reset", "status_activated")
# The two begin alike, but for the letter that Backdrop has given other words.
_SUBJECTS = {
    "register_admin_created": "An administrator created an account for you at {site}",
    "password_reset": "Replacement login information for {name} at {site}",
    "status_activated": "Account details for {name} at {site} (approved)",
}
_BACKDROP = {"password_reset": "Password reset information for {name} at {site}"}
DAY = 24 * 60 * 60
_TEXT = """{name},

{sentence} You may log in once by this link, or by copying it into your browser:

{link}

It leads to a page where you can set your password. It expires after a day.

--  {site}
"""
_SENTENCES = {
    "register_admin_created": "A site administrator has created an account for you.",
    "password_reset": "A request to reset the password for your account has been made.",
    "status_activated": "Your account has been activated.",
}


def usual(user: User) -> str:
    """The letter that fits: a welcome for those who never logged in."""
    return "password_reset" if user.login else "register_admin_created"


def send(db: sqlite3.Connection, cms: str, uri: str, user: User, letter: str) -> None:
    """Put the letter into the mailbox, in the caller's transaction."""
    site = f"Practice {LABELS[cms]}"
    text = _TEXT.format(
        name=user.name, sentence=_SENTENCES[letter], link=link(uri, user), site=site
    )
    subject = (_SUBJECTS | _BACKDROP if cms == "backdrop" else _SUBJECTS)[letter]
    messages.deliver(db, user.mail, subject.format(name=user.name, site=site), text)


def link(uri: str, user: User, now: int | None = None) -> str:
    """The link, good for a day and until the next log-in or password."""
    moment = int(time.time()) if now is None else now
    return f"{uri}/user/reset/{user.uid}/{moment}/{_mark(user, moment)}"


def lets_in(user: User, moment: int, mark: str) -> bool:
    """Whether this is a link of the user's that is still good."""
    fresh = user.login <= moment <= time.time() < moment + DAY
    return user.status and fresh and hmac.compare_digest(mark, _mark(user, moment))


def _mark(user: User, moment: int) -> str:
    told = f"{moment}/{user.login}/{user.uid}/{user.mail}"
    return hmac.new(user.password.encode(), told.encode(), sha256).hexdigest()
