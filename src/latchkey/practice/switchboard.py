"""`/practice/control` of a further kind of site: what tests and the demo turn. Loopback only."""

import ipaddress
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from latchkey.practice import database

ADDRESS: Final = "/practice/control"


@dataclass(frozen=True, slots=True)
class Switchboard:
    """The switches of one kind of site, by name, with what they stand at from the start."""

    kind: str
    initial: Mapping[str, Any]

    def of(self, db: sqlite3.Connection, name: str) -> Any:
        """What a switch stands at."""
        return database.switch(db, f"{self.kind}_{name}", self.initial[name])

    def take_turn(self, db: sqlite3.Connection, name: str) -> bool:
        """Whether a counting switch has a turn left; takes it."""
        return database.take_turn(db, f"{self.kind}_{name}")

    def respond(self, request: Request) -> Response | None:
        """Turn the switches that are named, or show them all; None for another address."""
        if request.path != ADDRESS:
            return None
        if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - no address is a stranger's
            return _json(403, {"error": "from this machine only"})
        if request.method == "GET":
            db = database.connection()
            return _json(200, {name: self.of(db, name) for name in self.initial})
        orders = request.get_json(silent=True) if request.is_json else None
        if not isinstance(orders, dict):
            return _json(400, {"error": "a JSON object is expected"})
        for name, value in orders.items():
            if type(value) is not type(self.initial.get(name)):
                return _json(400, {"error": f"there is no such switch as {name} = {value!r}"})
        with database.transaction() as db:
            for name, value in orders.items():
                database.set_switch(db, f"{self.kind}_{name}", value)
        return _json(200, orders)


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")
