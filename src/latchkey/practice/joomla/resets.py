"""What becomes of a request for a new password (components/com_users, ResetModel)."""

import hmac
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta

from latchkey.practice.joomla import groups, mails, users
from latchkey.practice.joomla.switches import stands
from latchkey.practice.joomla.users import User
from latchkey.practice.wordpress.passwords import token_hash

MOST = 10
WITHIN = timedelta(hours=1)


class MailFailedError(Exception):
    """The request was counted, and the mail could not be handed on."""


def request(db: sqlite3.Connection, email: str, site: str) -> None:
    """Send the mail, or do not: the person who asked is told the same.

    Nothing comes of it for an unknown address, for a blocked account, for a Super User and after
    ten in an hour (recordings password_reset_form_*).
    """
    user = users.by_email(db, email.strip())
    if user is None or user.block or groups.SUPER_USERS in users.groups_of(db, user.id):
        return
    if stands(db, "captcha") or not _counted(db, user):
        return
    if not stands(db, "mail_transport"):
        raise MailFailedError
    code = secrets.token_hex(16)
    users.change(db, user.id, {"activation": token_hash(code)})
    link = f"{site}/index.php?option=com_users&view=reset&layout=confirm&token={code}"
    mails.reset(db, user, link)


def confirmed(db: sqlite3.Connection, username: str, code: str) -> User | None:
    """The account that a code is for."""
    user = users.by_username(db, username.strip())
    if user is None or user.block or not user.activation:
        return None
    return user if hmac.compare_digest(user.activation, token_hash(code.strip())) else None


def _counted(db: sqlite3.Connection, user: User) -> bool:
    """Count the request; False when there were too many."""
    since = (datetime.now(UTC) - WITHIN).strftime("%Y-%m-%d %H:%M:%S")
    if user.last_reset is None or user.last_reset < since:
        users.change(db, user.id, {"last_reset": users.now(), "reset_count": 1})
        return True
    if user.reset_count >= MOST:
        return False
    users.change(db, user.id, {"reset_count": user.reset_count + 1})
    return True
