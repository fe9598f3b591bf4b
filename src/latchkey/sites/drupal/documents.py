"""The documents of JSON:API: their parts, and what is asked for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from latchkey.remote.errors import TransientError
from latchkey.remote.http import Answer

JSON_API = "application/vnd.api+json"
JSON = "application/json"
USERS = "/jsonapi/user/user"
ROLES = "/jsonapi/user_role/user_role"
PAGE = 50  # the most that JSON:API gives at once
SMALL_PAGE = 20  # conditions of their own make long addresses
ROOM = 2500  # characters for values: web servers take 8,000 for the whole address

Row = Mapping[str, object]
Question = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a collection.

    `more` says that another follows; `omitted` are the UUIDs of what is kept from us.
    """

    rows: list[Row]
    more: bool = False
    omitted: tuple[str, ...] = ()


def parsed(answer: Answer) -> object:
    """The JSON of an answer. One that broke off is not taken for a wrong address."""
    try:
        return json.loads(answer.body)
    except ValueError:
        if answer.was_read and answer.body.lstrip()[:1] in (b"{", b"["):
            raise TransientError("The answer of Drupal broke off.") from None
        raise answer.unexpected("answered something that is not JSON") from None


def is_document(answer: Answer) -> bool:
    """Whether the answer is one of JSON:API."""
    return "json" in answer.headers.get("content-type", "")


def document(value: object, *path: str) -> Row:
    """The object at this path, an empty one where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Row]:
    """The objects of a list."""
    given: Iterable[object] = value if isinstance(value, list) else ()
    return [one for one in given if isinstance(one, dict)]


def page_in(answer: Answer) -> Page:
    """The page that an answer is; UnknownOutcome's and SiteError's where it is none."""
    body = parsed(answer)
    if not isinstance(body, dict) or not isinstance(body.get("data"), list):
        raise answer.unexpected("answered a list with something else")
    omitted = document(body, "meta", "omitted", "links")
    kept = [document(omitted, name).get("href") for name in omitted if name.startswith("item")]
    return Page(
        rows=listed(body["data"]),
        more="next" in document(body, "links"),
        omitted=tuple(str(href).rstrip("/").rpartition("/")[2] for href in kept),
    )


def slices_of(values: Sequence[str], size: int) -> list[list[str]]:
    """The values in order, in parts of at most so many that fit into an address together."""
    parts: list[list[str]] = []
    room = 0
    for value in values:
        length = len(quote(value))
        if not parts or len(parts[-1]) == size or length > room:
            parts.append([])
            room = ROOM
        parts[-1].append(value)
        room -= length
    return parts


def among(path: str, values: Sequence[str]) -> Question:
    """Those whose field is one of these values, as the database compares."""
    asked = {"filter[m][condition][path]": path, "filter[m][condition][operator]": "IN"}
    for number, value in enumerate(values, start=1):
        asked[f"filter[m][condition][value][{number}]"] = value
    return {**asked, "page[limit]": PAGE}


def either(path: str, operator: str, values: Sequence[str]) -> Question:
    """Those for whose field and one of these values the operator holds."""
    asked: dict[str, str | int | bool] = {"filter[or][group][conjunction]": "OR"}
    for number, value in enumerate(values):
        condition = f"filter[{number}][condition]"
        asked |= {f"{condition}[path]": path, f"{condition}[operator]": operator}
        asked |= {f"{condition}[value]": value, f"{condition}[memberOf]": "or"}
    return {**asked, "page[limit]": PAGE}


def after(uid: int) -> Question:
    """The accounts after this number, ascending; number 0 is Drupal's anonymous user."""
    condition = "filter[n][condition]"
    return {
        f"{condition}[path]": "drupal_internal__uid",
        f"{condition}[operator]": ">",
        f"{condition}[value]": uid,
        "sort": "drupal_internal__uid",
        "page[limit]": PAGE,
    }


def holding(role: str) -> Question:
    """One account that has this role (recording lookup_by_role)."""
    return {"filter[roles.meta.drupal_internal__target_id]": role, "page[limit]": 1}
