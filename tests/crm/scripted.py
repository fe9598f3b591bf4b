"""A CiviCRM that answers each call as a test says: for versions and set-ups nobody runs here."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

Params = dict[str, Any]
Rows = list[dict[str, object]]
Answering = Callable[[Params], Rows]
TWO: Rows = [{"id": 1}, {"id": 2}]


def domain(version: str, id_: int = 1) -> dict[str, object]:
    return {"id": id_, "name": "Org", "description": "", "version": version, "contact_id": 1}


@dataclass
class Scripted:
    """`answers` by "Entity.action"; what is not in there does not exist. `asked` is what came."""

    answers: dict[str, Answering]
    asked: list[tuple[str, Params]] = field(default_factory=list)
    denied: frozenset[str] = frozenset()

    def serve(self, httpserver: HTTPServer) -> str:
        who = {"contact_id": 3, "user_id": 2}
        httpserver.expect_request("/civicrm/authx/id").respond_with_json(who)
        for path in ("", *(f"/{name.replace('.', '/')}" for name in self.answers)):
            address = f"/civicrm/ajax/api4{path}"
            httpserver.expect_request(address).respond_with_handler(self._respond)
        return httpserver.url_for("")

    def _respond(self, request: Request) -> Response:
        form = dict(parse_qsl(request.get_data(as_text=True)))
        if "calls" in form:
            body: object = [self._one(*call) for call in json.loads(form["calls"])]
        else:
            entity, action = request.path.split("/")[-2:]
            body = self._one(entity, action, json.loads(form["params"]))
        return Response(json.dumps(body), content_type="application/json")

    def _one(self, entity: str, action: str, params: Params) -> dict[str, object]:
        name = f"{entity}.{action}"
        self.asked.append((name, params))
        if name not in self.answers:
            message = f"Api {entity} {action} version 4 does not exist."
            return {"error_code": 0, "error_message": message, "status": 500}
        if name in self.denied:
            return {"error_code": 0, "error_message": "Authorization failed", "status": 403}
        rows = self.answers[name](params)
        return {"values": rows, "count": len(rows)}


def selected(row: dict[str, object], params: Params) -> dict[str, object]:
    """The row as API v4 shows it: what it does not know is dropped silently."""
    return {name: row[name] for name in ["id", *params["select"]] if name in row}
