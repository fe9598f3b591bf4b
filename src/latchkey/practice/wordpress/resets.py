"""Reset mails and the one-time keys in them."""

import hmac
import secrets
import sqlite3
import string
import time
from enum import Enum
from urllib.parse import quote

from latchkey.practice.mailbox import messages
from latchkey.practice.wordpress import users
from latchkey.practice.wordpress.passwords import token_hash
from latchkey.practice.wordpress.users import User

LASTS = 24 * 3600
_ALPHABET = string.ascii_letters + string.digits
_TEXT = """Hello {name},

a password reset was requested for your account on the practice site.

Username: {login}

To choose a password, open this address. It works once, and for one day:

{link}

If you did not ask for this, leave this mail as it is: nothing will change.
"""


class BadKey(Enum):
    """Why a link of a reset mail is refused, in WordPress's words for its address."""

    INVALID = "invalidkey"
    EXPIRED = "expiredkey"


def send(db: sqlite3.Connection, user: User, site: str) -> None:
    """Mail a one-time link; an earlier one stops working."""
    key = "".join(secrets.choice(_ALPHABET) for _ in range(20))
    db.execute(
        "UPDATE wp_users SET reset_key = ?, reset_asked = ? WHERE id = ?",
        (token_hash(key), time.time(), user.id),
    )
    link = f"{site}/wp-login.php?action=rp&key={key}&login={quote(user.login)}"
    text = _TEXT.format(name=user.display_name, login=user.login, link=link)
    messages.deliver(db, user.email, "[Practice site] Password Reset", text)


def user_of_key(db: sqlite3.Connection, login: str, key: str) -> User | BadKey:
    """The account that a link is for, or why it is not good (any more)."""
    row = db.execute(
        "SELECT id, reset_key, reset_asked FROM wp_users WHERE login = ?", (login,)
    ).fetchone()
    if row is None or row[1] is None or not hmac.compare_digest(row[1], token_hash(key)):
        return BadKey.INVALID
    if row[2] + LASTS < time.time():
        return BadKey.EXPIRED
    return users.by_id(db, row[0]) or BadKey.INVALID
