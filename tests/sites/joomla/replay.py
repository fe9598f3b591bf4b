"""A Joomla that answers one request as it was recorded, and everything else as a healthy one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from werkzeug import Request, Response

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "joomla"
RECORDED_SITE = "http://127.0.0.1:8083"
API = "/api/index.php/v1"
THERE = (f"{API}/users/825", f"{API}/users/816")
FORM = (
    '<form><input name="jform[email]">'
    '<input type="hidden" name="0123456789abcdef0123456789abcdef" value="1"></form>'
)


@dataclass(frozen=True)
class Recording:
    """One exchange with a real Joomla."""

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
        return urlsplit(self.exchange["request"]["url"]).path

    @property
    def sent(self) -> Any:
        return self.exchange["request"].get("body")

    @property
    def status(self) -> int:
        return int(self.exchange["response"]["status"])

    @property
    def body(self) -> Any:
        return self.exchange["response"]["body"]

    def answer(self, site: str) -> Response:
        """The answer as it was, of the site at `site`."""
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        headers = self.exchange["response"]["headers"]
        here = {name: text.replace(RECORDED_SITE, site) for name, text in headers.items()}
        return Response(body, self.status, here)


def all_recordings() -> list[Recording]:
    return [Recording(path.stem) for path in sorted(RECORDINGS.glob("*.json"))]


ALICE, CAROL = Recording("create_ok").body["data"], Recording("get_one").body["data"]


@dataclass(frozen=True, slots=True)
class Replay:
    """Answers like the recording where the request has its method and path.

    Besides there are alice and carol in its lists, and a user by itself, None for nobody, as it
    is `before` and `after` that answer.
    """

    recording: Recording
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    answered: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        site = request.host_url.rstrip("/")
        if self._is_recorded(request):
            self.answered.append(request.path)
            return self.recording.answer(site)
        if request.path == "/index.php":
            return Response(FORM, 200, content_type="text/html")
        if request.path == f"{API}/users/groups":
            return Recording("groups_list").answer(site)
        if request.path == f"{API}/users":
            return _json(200, {"data": self._found(request), "meta": {"total-pages": 1}})
        user = self.after if self.answered else self.before
        known = user if request.path in THERE else None
        return _json(200, {"data": known}) if known else Recording("get_unknown").answer(site)

    def _is_recorded(self, request: Request) -> bool:
        if (request.method, request.path) != (self.recording.method, self.recording.path):
            return False
        # A list that was refused is refused to every question.
        return request.method != "GET" or self.recording.status != 200

    def _found(self, request: Request) -> list[Mapping[str, Any]]:
        text = request.args.get("filter[search]", "").removeprefix("username:")
        return [
            {**one, "attributes": _listed(one["attributes"])}
            for one in (ALICE, CAROL)
            if text in one["attributes"]["email"] + one["attributes"]["username"]
        ]


def changed(user: Mapping[str, Any], **attributes: object) -> dict[str, Any]:
    """The user with other attributes."""
    return {**user, "attributes": {**user["attributes"], **attributes}}


def _listed(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A user as it stands in a list: the titles of its groups."""
    shown = {key: value for key, value in attributes.items() if key != "groups"}
    titles = {2: "Enregistré", 3: "Auteur"}
    names = [titles[group] for group in attributes["groups"].values()]
    return {**shown, "group_count": len(names), "group_names": "\n".join(names)}


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/vnd.api+json")
