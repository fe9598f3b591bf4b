"""A Drupal that answers one request as it was recorded, and everything else as a healthy one."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from werkzeug import Request, Response

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "drupal"
JSON_API = "application/vnd.api+json"


@dataclass(frozen=True)
class Recording:
    """One exchange with a real Drupal."""

    name: str

    @cached_property
    def exchange(self) -> dict[str, Any]:
        text = (RECORDINGS / f"{self.name}.json").read_text(encoding="utf-8")
        return cast("dict[str, Any]", json.loads(text))

    @property
    def method(self) -> str:
        return str(self.exchange["request"]["method"])

    @property
    def path(self) -> str:
        return str(urlsplit(self.exchange["request"]["url"]).path)

    @property
    def sent(self) -> Any:
        return self.exchange["request"].get("body")

    @property
    def status(self) -> int:
        return int(self.exchange["response"]["status"])

    @property
    def body(self) -> Any:
        return self.exchange["response"]["body"]

    def answer(self) -> Response:
        """The answer, as it was."""
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        headers = self.exchange["response"]["headers"]
        return Response(body, self.status, {k: v for k, v in headers.items() if v})


def all_recordings() -> list[Recording]:
    return [Recording(path.stem) for path in sorted(RECORDINGS.glob("*.json"))]


@dataclass(frozen=True, slots=True)
class Replay:
    """Answers like the recording where the request has its method and path."""

    recording: Recording

    def __call__(self, request: Request) -> Response:
        if (request.method, request.path) == (self.recording.method, self.recording.path):
            return self.recording.answer()
        if request.path == "/user/login":
            return self._log_in()
        if request.path == "/jsonapi":
            return Recording("entry_point_authenticated").answer()
        return Response('{"data": []}', content_type=JSON_API)

    def _log_in(self) -> Response:
        """No session where the entry point is asked for by the password itself."""
        if self.recording.path == "/jsonapi":
            return Response("<h1>Not found</h1>", 404, content_type="text/html")
        response = Recording("session_login_service_account").answer()
        response.set_cookie("SESS0123456789abcdef0123456789abcdef", "made-up")
        return response
