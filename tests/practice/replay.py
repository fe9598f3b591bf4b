"""Recordings of real systems, sent again to a stand-in, and what differs in its answers.

Compared are the status, the media type and the whole body, but for what no two installations
share: moments, hashes, the ids of errors, and the fields that a scene names as varying.
"""

import json
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from practice.browsing import Reply, send

RECORDED_SITE = re.compile(r"^https?://[^/]+")
PLACEHOLDER = "PLACEHOLDER"
_MASKS = (
    (re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"), "a moment"),
    (re.compile(r"^20\d{12}$"), "a compact moment"),
    (re.compile(r"^[0-9a-f]{32}$"), "a hash"),
    (re.compile(r"Error ID: [\w-]+"), "Error ID: masked"),
)


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange with a real system."""

    name: str
    request: Mapping[str, Any]
    status: int
    media_type: str
    body: Any


def names_in(folder: Path) -> list[str]:
    """Every recording of a folder."""
    return sorted(path.stem for path in folder.glob("*.json"))


def not_replayed_in(folder: Path) -> dict[str, str]:
    """The recordings that are not replayed, with the reason."""
    reasons: dict[str, str] = tomllib.loads((folder / "not_replayed.toml").read_text("utf-8"))
    return reasons


def load(folder: Path, name: str) -> Recording:
    """One recording."""
    told = json.loads((folder / f"{name}.json").read_text("utf-8"))
    response = told["response"]
    media_type = response["headers"]["content-type"].partition(";")[0]
    return Recording(name, told["request"], response["status"], media_type, response["body"])


def replayed(recording: Recording, url: str, secrets: Mapping[str, str]) -> Reply:
    """Send the request to the stand-in at `url`; `secrets` are by header, or `body`."""
    request = recording.request
    headers = {
        name: value.replace(PLACEHOLDER, secrets[name]) if PLACEHOLDER in value else value
        for name, value in request["headers"].items()
    }
    body = request.get("body")
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    if text is not None and PLACEHOLDER in text:
        text = text.replace(PLACEHOLDER, secrets["body"])
    address = RECORDED_SITE.sub("", request["url"])
    return send(url, request["method"], address, text, headers)


def comparable(body: Any, varies: Collection[str] = ()) -> Any:
    """A body without what no two installations share."""
    if isinstance(body, str):
        return _masked(body)
    if isinstance(body, list):
        return [comparable(each, varies) for each in body]
    if not isinstance(body, dict):
        return body
    return {
        key: type(value).__name__ if key in varies else comparable(value, varies)
        for key, value in body.items()
    }


def answered(reply: Reply, varies: Collection[str] = ()) -> tuple[int, str, Any]:
    """What a stand-in said, to be compared with `expected`."""
    media_type = reply.headers["content-type"].partition(";")[0]
    body = reply.json() if media_type == "application/json" else reply.text
    return reply.status, media_type, comparable(body, varies)


def expected(recording: Recording, varies: Collection[str] = ()) -> tuple[int, str, Any]:
    """What the real system said."""
    return recording.status, recording.media_type, comparable(recording.body, varies)


def _masked(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
