"""`/practice/control`: the switches that tests and the demo turn. Loopback only.

`grant`, `capabilities` and `application_password` are acts and not shown again; the others keep
what they stand at.
"""

import ipaddress
import json
import sqlite3
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import hosting
from latchkey.practice.wordpress import users
from latchkey.practice.wordpress.routes import LANGUAGES
from latchkey.practice.wordpress.users import User

ADDRESS = "/practice/control"

SWITCHES: dict[str, Any] = {
    "base_page": True,
    "batch": True,
    "deadlocks": 0,
    "partial_saves": 0,
    "maintenance": False,
    "application_passwords": True,
    "languages": list(LANGUAGES),
}


class BadOrderError(Exception):
    """What was sent is not an order; the words say why."""


def respond(request: Request) -> Response | None:
    """Turn the switches that are named, or show them all; None for another address."""
    if request.path != ADDRESS:
        return None
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - no address is a stranger's
        return _json(403, {"error": "from this machine only"})
    if request.method == "GET":
        return _json(200, shown(database.connection()))
    try:
        with database.transaction() as db:
            obey(db, _orders(request))
            return _json(200, shown(db))
    except BadOrderError as error:
        return _json(400, {"error": str(error)})


def shown(db: sqlite3.Connection) -> dict[str, Any]:
    """What every switch stands at."""
    return {name: database.switch(db, name, default) for name, default in SWITCHES.items()}


def obey(db: sqlite3.Connection, orders: dict[str, Any]) -> None:
    """Carry out the orders, all or (the caller's transaction) none.

    Raises:
        BadOrderError: an unknown switch, a value of the wrong type, an unknown account.
    """
    for name, value in orders.items():
        act = _ACTS.get(name)
        if act is not None:
            act(db, value)
            continue
        if name not in SWITCHES:
            raise BadOrderError(f"there is no switch {name!r}")
        if type(value) is not type(SWITCHES[name]):
            raise BadOrderError(f"{name} takes a {type(SWITCHES[name]).__name__}")
        database.set_switch(db, name, value)


def _grant(db: sqlite3.Connection, order: Any) -> None:
    user = _user(db, order)
    hosting.grant(db, user.id, frozenset(_texts(order, "permissions")))


def _capabilities(db: sqlite3.Connection, order: Any) -> None:
    """Exactly these; null gives the account back to its roles."""
    user = _user(db, order)
    back = order.get("capabilities", ()) is None
    wanted = None if back else _texts(order, "capabilities")
    users.set_own_capabilities(db, user.id, wanted)


def _application_password(db: sqlite3.Connection, order: Any) -> None:
    """One more password for a program of this account."""
    user = _user(db, order)
    password = order.get("password")
    if not isinstance(password, str):
        raise BadOrderError("password takes a text")
    users.add_application_password(db, user.id, "control", password)


_ACTS: dict[str, Callable[[sqlite3.Connection, Any], None]] = {
    "grant": _grant,
    "capabilities": _capabilities,
    "application_password": _application_password,
}


def _user(db: sqlite3.Connection, order: Any) -> User:
    login = order.get("user") if isinstance(order, dict) else None
    user = users.by_login(db, login) if isinstance(login, str) else None
    if user is None:
        raise BadOrderError(f"there is no user {login!r}")
    return user


def _texts(order: dict[str, Any], name: str) -> list[str]:
    texts = order.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise BadOrderError(f"{name} takes a list of texts")
    return texts


def _orders(request: Request) -> dict[str, Any]:
    orders = request.get_json(silent=True) if request.is_json else None
    if not isinstance(orders, dict):
        raise BadOrderError("a JSON object is expected")
    return orders


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")
