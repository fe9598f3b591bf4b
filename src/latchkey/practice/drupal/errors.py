"""How the practice Drupal refuses: as JSON:API writes errors, and as the other routes do."""

import json
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

JSON_API = "application/vnd.api+json"
JSON = "application/json"
SITE_NAME = "Practice Drupal"
VERSION: dict[str, Any] = {
    "version": "1.0",
    "meta": {"links": {"self": {"href": "http://jsonapi.org/format/1.0/"}}},
}
_INFO = "http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#"
_TITLES = {
    400: ("Bad Request", "sec10.4.1"),
    401: ("Unauthorized", "sec10.4.2"),
    403: ("Forbidden", "sec10.4.4"),
    404: ("Not Found", "sec10.4.5"),
    405: ("Method Not Allowed", "sec10.4.6"),
    409: ("Conflict", "sec10.4.10"),
    415: ("Unsupported Media Type", "sec10.4.16"),
    422: ("Unprocessable Content", ""),
}


class ApiError(Exception):
    """One refusal, in Drupal's words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field; `part` and `place` tell which part of it is meant."""

    field: str
    message: str
    part: str = ""
    place: str = ""

    @property
    def detail(self) -> str:
        """The sentence, after the path of what it is about."""
        return f"{self.field}{self.place}: {self.message}"

    @property
    def pointer(self) -> str:
        """Where in the document it is."""
        ending = f"/{self.part}" if self.part else ""
        return f"/data/attributes/{self.field}{ending}"


class InvalidError(Exception):
    """What was sent breaks rules; all of them are told."""

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("validation failed")
        self.violations = violations


def json_api_error(error: ApiError, via: str) -> Response:
    """The answer of a JSON:API route."""
    title, section = _TITLES[error.status]
    links: dict[str, Any] = {"via": {"href": via}}
    if section:
        links["info"] = {"href": _INFO + section}
    told = {"title": title, "status": str(error.status), "detail": error.detail, "links": links}
    response = document(error.status, {"errors": [told]})
    if error.status == 401:  # noqa: PLR2004 - unauthorized
        response.headers["WWW-Authenticate"] = f'Basic realm="{SITE_NAME}"'
    return response


def json_api_invalid(error: InvalidError) -> Response:
    """The answer of a JSON:API route to what breaks rules."""
    title, _ = _TITLES[422]
    errors = [
        {
            "title": title,
            "status": "422",
            "detail": each.detail,
            "source": {"pointer": each.pointer},
        }
        for each in error.violations
    ]
    return document(422, {"errors": errors})


def message(status: int, text: str) -> Response:
    """The answer of any other route."""
    return plain(status, {"message": text})


def rest_invalid(error: InvalidError) -> Response:
    """The answer of a REST resource to what breaks rules."""
    lines = "".join(f"{each.detail}\n" for each in error.violations)
    return message(422, f"Unprocessable Entity: validation failed.\n{lines}")


def document(status: int, body: dict[str, Any]) -> Response:
    """A JSON:API document."""
    text = json.dumps({"jsonapi": VERSION, **body})
    return _generated(Response(text, status, content_type=JSON_API))


def plain(status: int, body: object) -> Response:
    """An answer in JSON; None is an empty one."""
    text = "" if body is None else json.dumps(body)
    return _generated(Response(text, status, content_type=JSON))


def nothing() -> Response:
    """Done, and nothing to say."""
    response = Response(b"", 204)
    response.headers.remove("Content-Type")
    return _generated(response)


def _generated(response: Response) -> Response:
    response.headers["X-Generator"] = "Drupal 10 (https://www.drupal.org)"
    return response
