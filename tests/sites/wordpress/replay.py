"""A site that answers one request as it was recorded, and everything else as a healthy one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from werkzeug import Request, Response

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "wordpress"
ME = {
    "id": 2,
    "username": "latchkey",
    "roles": ["account_maker"],
    "capabilities": dict.fromkeys(
        ("create_users", "list_users", "edit_users", "promote_users"), True
    ),
}
LOCALES = {"locale": {"type": "string", "enum": ["", "en_US"]}}


@dataclass(frozen=True)
class Recording:
    """One exchange with a real WordPress."""

    name: str

    @cached_property
    def exchange(self) -> dict[str, Any]:
        text = (RECORDINGS / f"{self.name}.json").read_text(encoding="utf-8")
        return cast("dict[str, Any]", json.loads(text))

    @property
    def method(self) -> str:
        return str(self.exchange["request"]["method"])

    @property
    def route(self) -> str:
        """The route of the REST API, or the path of another page."""
        return str(urlsplit(self.exchange["request"]["url"]).path).removeprefix("/wp-json")

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.exchange["request"]["url"]).query))

    @property
    def sent(self) -> Any:
        return self.exchange["request"].get("body")

    @property
    def status(self) -> int:
        return int(self.exchange["response"]["status"])

    @property
    def body(self) -> Any:
        return self.exchange["response"]["body"]

    @property
    def items(self) -> list[Any]:
        """The answers within a batch's answer."""
        return list(self.body.get("responses", ())) if isinstance(self.body, dict) else []

    def answer(self) -> Response:
        """The answer, as it was."""
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return Response(body, self.status, self.exchange["response"]["headers"])


def all_recordings() -> list[Recording]:
    return [Recording(path.stem) for path in sorted(RECORDINGS.glob("*.json"))]


@dataclass(frozen=True, slots=True)
class Replay:
    """Answers like the recording where the request has its method and route."""

    recording: Recording

    def __call__(self, request: Request) -> Response:
        route = request.path.removeprefix("/wp-json")
        if (request.method, route) == (self.recording.method, self.recording.route):
            return self.recording.answer()
        if request.method == "OPTIONS":
            return _json(200, offer(batch=self.recording.route == "/batch/v1"))
        if route == "/wp/v2/users/me" and self.recording.route == "/":
            return Recording("users-me-production-x-forwarded-proto").answer()
        if route == "/wp/v2/users/me":
            return _json(200, ME)
        if request.method == "POST" and route == "/wp/v2/users":
            return Recording("users-create").answer()
        return _json(200, [] if route == "/wp/v2/users" else {"url": "http://127.0.0.1"})


def offer(*, batch: bool) -> Mapping[str, object]:
    """What `OPTIONS /wp/v2/users` answers, as far as it is read."""
    ways: dict[str, object] = {"allow_batch": {"v1": True}} if batch else {}
    return {"endpoints": [{"methods": ["GET"]}, {"methods": ["POST"], "args": LOCALES, **ways}]}


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")
