"""CiviCRM's settings."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from latchkey.practice.civicrm.errors import ApiError

DOMAIN: Final = 1
GUARDS: Final = "authx_guards"

_INITIAL: Final[Mapping[str, Any]] = {
    "lcMessages": "en_US",
    "uniq_email_per_site": "0",
    "syncCMSEmail": 1,
    "smartGroupCacheTimeout": 5,
    "authx_guards": ["perm"],
    "authx_xheader_cred": ["jwt", "api_key"],
    "authx_header_cred": ["jwt", "api_key"],
    "authx_param_cred": ["jwt", "api_key"],
    "fieldSeparator": ",",
    "dateformatDatetime": "%B %E%f, %Y %l:%M %P",
    "contact_undelete": True,
    "mailing_backend": {"outBound_option": "3"},
    "userFrameworkBaseURL": None,
}


def get(db: sqlite3.Connection, names: Sequence[str]) -> list[dict[str, Any]]:
    """The settings asked for, all where none is named (recording setting-get)."""
    _check(names)
    return [_told(name, value_of(db, name)) for name in names or _INITIAL]


def put(db: sqlite3.Connection, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Change settings (recording setting-set)."""
    _check(list(values))
    for name, value in values.items():
        db.execute(
            "INSERT OR REPLACE INTO civicrm_setting (name, value) VALUES (?, ?)",
            (name, json.dumps(value)),
        )
    return [_told(name, value) for name, value in values.items()]


def revert(db: sqlite3.Connection, names: Sequence[str]) -> list[dict[str, Any]]:
    """Back to the initial values."""
    _check(names)
    db.executemany("DELETE FROM civicrm_setting WHERE name = ?", [(name,) for name in names])
    return get(db, names)


def value_of(db: sqlite3.Connection, name: str) -> Any:
    """One setting."""
    row = db.execute("SELECT value FROM civicrm_setting WHERE name = ?", (name,)).fetchone()
    return _INITIAL[name] if row is None else json.loads(row[0])


def _told(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "domain_id": DOMAIN}


def _check(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in _INITIAL]
    if unknown:
        raise ApiError(f"Unknown settings for domain {DOMAIN}: {', '.join(unknown)}")
