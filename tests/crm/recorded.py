"""What real CiviCRMs answered, to be answered again by a server of the tests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

FOLDERS = ("civicrm", "civicrm-drupal7", "standalone", "standalone-6.12")
HOME = Path(__file__).parent.parent / "recordings"


@dataclass(frozen=True)
class Recording:
    """One exchange with a real system."""

    folder: str
    name: str
    request: dict[str, object]
    status: int
    content_type: str
    body: bytes

    @property
    def label(self) -> str:
        return f"{self.folder}/{self.name}"

    @cached_property
    def json(self) -> object:
        """The body parsed, None where it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def target(self) -> str:
        parts = urlsplit(str(self.request["url"]))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    @property
    def form(self) -> dict[str, str]:
        sent = self.request.get("body")
        return dict(parse_qsl(sent, keep_blank_values=True)) if isinstance(sent, str) else {}

    @property
    def is_error(self) -> bool:
        """Whether it says in any way that something went wrong."""
        body = self.json
        if self.status != 200 or not isinstance(body, dict | list):
            return True
        parts = [body, *body.values()] if isinstance(body, dict) else body
        return any(isinstance(part, dict) and "error_message" in part for part in parts)


def recordings(*folders: str) -> Iterator[Recording]:
    """All of them, or those of some folders."""
    for folder in folders or FOLDERS:
        for path in sorted((HOME / folder).glob("*.json")):
            yield _read(folder, path)


def recording(label: str) -> Recording:
    """One of them, by folder and name."""
    folder, _, name = label.partition("/")
    return _read(folder, HOME / folder / f"{name}.json")


def _read(folder: str, path: Path) -> Recording:
    exchange = json.loads(path.read_text())
    answer = exchange["response"]
    body = answer["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    content_type = {k.lower(): v for k, v in answer["headers"].items()}.get("content-type", "")
    return Recording(
        folder, path.stem, exchange["request"], answer["status"], content_type, text.encode()
    )
