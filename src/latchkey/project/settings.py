"""Django's settings, all from the environment and the home."""

import os
from typing import Any

import dj_database_url

from latchkey.project import home as _home

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 30000; "
    "PRAGMA cache_size = -16000;"
)


def _database() -> dict[str, Any]:
    given = os.environ.get("LATCHKEY_DATABASE_URL")
    url = given or f"sqlite:///{_home.home() / 'latchkey.sqlite3'}"
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=600))
    if database["ENGINE"].endswith("sqlite3"):
        # In memory, the tests' threads would share one connection; a file is what users have.
        database["TEST"] = {"NAME": str(_home.home() / "test.sqlite3")}
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": SQLITE_PRAGMAS,
        }
    return database


SECRET_KEY = _home.secret_key()
DEBUG = False
DATABASES = {"default": _database()}
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "latchkey.store",
]
AUTH_USER_MODEL = "store.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# How long a worker's claim lasts unless it is renewed; a crash delays its changes by that much.
LATCHKEY_LEASE_SECONDS = float(os.environ.get("LATCHKEY_LEASE_SECONDS", "60"))
