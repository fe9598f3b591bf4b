"""What of the practice Drupal can be switched: how it is configured, and what is broken in it.

`/practice/control` of its process turns the switches (POST JSON) and shows them with the accounts
(GET). `permissions`, `end_sessions`, `forget_failures` and `remove_accounts` (but the staff's) are
acts, and not shown again.
"""

import ipaddress
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import roles, users

ADDRESS = "/practice/control"
_PREFIX = "drupal_"

DEFAULTS: dict[str, Any] = {
    # MariaDB and MySQL compare addresses without case, SQLite and PostgreSQL with it.
    "ignores_case": True,
    "languages": ["de", "en", "fr", "pt-br"],
    "mail_transport": True,
    "read_only": False,
    "login": True,
    "cookies": True,
    "basic_auth": True,
    "rest_user": True,
    "rest_ways": ["basic", "session"],
    "rest_register": True,
    "register": "visitors",
    "role_names": True,
    "maintenance": False,
}


def switch(db: sqlite3.Connection, name: str) -> Any:
    """What a switch stands at."""
    return database.switch(db, _PREFIX + name, DEFAULTS[name])


def respond(request: Request) -> Response | None:
    """Turn the switches that are named, or show everything; None for another address."""
    if request.path != ADDRESS:
        return None
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - no address is a stranger's
        return _json(403, {"error": "from this machine only"})
    if request.method == "POST":
        orders = request.get_json(silent=True)
        if not isinstance(orders, dict) or not set(orders) <= {*DEFAULTS, *_ACTS}:
            return _json(400, {"error": f"a JSON object of {sorted({*DEFAULTS, *_ACTS})}"})
        with database.transaction() as db:
            _obey(db, orders)
    return _json(200, _shown(database.connection()))


def _obey(db: sqlite3.Connection, orders: dict[str, Any]) -> None:
    for name, value in orders.items():
        if name in _ACTS:
            _ACTS[name](db, value)
        else:
            database.set_switch(db, _PREFIX + name, value)


def _shown(db: sqlite3.Connection) -> dict[str, Any]:
    accounts = [
        {"id": user.uuid, "name": user.name, "mail": user.mail, "roles": list(user.roles)}
        | {"status": user.status, "uid": user.uid}
        for user in users.all_of(db)
    ]
    return {**{name: switch(db, name) for name in DEFAULTS}, "accounts": accounts}


def _set_permissions(db: sqlite3.Connection, order: Any) -> None:
    """Exactly these permissions for a role: `{"role": …, "permissions": […]}`."""
    roles.set_permissions(db, str(order["role"]), [str(name) for name in order["permissions"]])


def _end_sessions(db: sqlite3.Connection, _order: Any) -> None:
    db.execute("DELETE FROM drupal_sessions")


def _forget_failures(db: sqlite3.Connection, _order: Any) -> None:
    db.execute("DELETE FROM drupal_flood")


def _remove_accounts(db: sqlite3.Connection, _order: Any) -> None:
    """Leave only those who run the site: the first three."""
    db.execute("DELETE FROM drupal_users WHERE uid > ?", (users.STAFF,))


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


_ACTS: dict[str, Callable[[sqlite3.Connection, Any], None]] = {
    "permissions": _set_permissions,
    "end_sessions": _end_sessions,
    "forget_failures": _forget_failures,
    "remove_accounts": _remove_accounts,
}
