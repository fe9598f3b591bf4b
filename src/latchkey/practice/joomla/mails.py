"""The two mails about accounts: the one with the password in it, and the one with a link."""

import sqlite3

from latchkey.practice.joomla.switches import stands
from latchkey.practice.joomla.users import User
from latchkey.practice.mailbox import messages

_MADE = """Hello {name},

an administrator has added you to {site_name}.

Site: {site}
Username: {username}
Password: {password}
"""
_RESET = """Hello {name},

somebody asked for a new password for your account on {site_name}. To choose one, open this
address. It works once:

{link}

It asks for your username, which is {username}. If you did not ask, leave this mail as it is.
"""


def account_made(db: sqlite3.Connection, user: User, password: str, site: str) -> None:
    """What the plugin "User - Joomla!" sends unless it is told not to: the password in clear."""
    text = _MADE.format(
        name=user.name,
        username=user.username,
        password=password,
        site=site,
        site_name=stands(db, "site_name"),
    )
    messages.deliver(db, user.email, "New User Details", text)


def reset(db: sqlite3.Connection, user: User, link: str) -> None:
    """The mail that the public form sends (recording password_reset_form_ok)."""
    site_name = stands(db, "site_name")
    text = _RESET.format(name=user.name, username=user.username, link=link, site_name=site_name)
    messages.deliver(db, user.email, f"Your {site_name} password reset request", text)
