"""What an administrator can set on the practice Joomla, kept as switches of the home."""

import sqlite3
from typing import Any

from latchkey.practice import database

# Joomla mails passwords unless it is told not to; the practice site was told.
DEFAULTS: dict[str, Any] = {
    "joomla_mail_to_user": False,
    "joomla_plugin_params": False,
    "joomla_user_plugin": True,
    "joomla_token_plugin": True,
    "joomla_webservices_users": True,
    "joomla_webservices_plugins": True,
    "joomla_reset_form": True,
    "joomla_captcha": False,
    "joomla_mail_transport": True,
    "joomla_denied": [],
    "joomla_site_name": "Practice Joomla",
}


def stands(db: sqlite3.Connection, name: str) -> Any:
    """What a switch stands at."""
    return database.switch(db, f"joomla_{name}", DEFAULTS[f"joomla_{name}"])
