"""The Web Services of one Joomla: sent to, proved, and read page by page."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from latchkey.remote.errors import SiteError, TransientError
from latchkey.remote.http import Answer, HttpDoor, Query
from latchkey.sites.joomla.refusals import MISSING_STATUS, read_error

ROOT = "/api/index.php/v1"
USERS = f"{ROOT}/users"
GROUPS = f"{USERS}/groups"
PLUGINS = f"{ROOT}/plugins"
JSON_API = "application/vnd.api+json"  # anything else is a 406 (recording create_accept_json)
OK = 200
PAGE = 100

Attributes = Mapping[str, object]

NOBODY = (
    "Joomla shows no users at all, not even the one of this connection: something cuts its "
    "answers. Let the connection's user through."
)
# What every user has; the other attributes are the site's own fields (recordings get_one,
# lookup_search_email).
STANDARD = frozenset(
    {
        "id",
        "name",
        "username",
        "email",
        "block",
        "sendEmail",
        "registerDate",
        "lastvisitDate",
        "lastResetTime",
        "resetCount",
        "groups",
        "group_count",
        "group_names",
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of records, and how many pages there are."""

    rows: list[Attributes]
    pages: int


class Api:
    """Sends to the Web Services once they are proved; safe to share between threads.

    `hidden` are texts that no error may quote, whatever the site says.
    """

    def __init__(self, door: HttpDoor, hidden: tuple[str, ...] = ()) -> None:
        self.door = door
        self.hidden = hidden
        self._lock = Lock()
        self._own_fields: frozenset[str] | None = None

    def own_fields(self) -> frozenset[str]:
        """The names of the fields that this site gave its users; asked for once.

        It also proves that users are shown: there is one at least, whose token we send. SiteError
        when Joomla does not know the token, or shows nobody.
        """
        with self._lock:
            if self._own_fields is None:
                rows = self._page(USERS, 1, limit=1).rows
                if not rows:
                    raise SiteError(NOBODY)
                self._own_fields = frozenset(rows[0]) - STANDARD
            return self._own_fields

    def page(self, path: str, number: int, filters: Mapping[str, str] | None = None) -> Page:
        """A page of records, counted from 1."""
        self.own_fields()
        return self._page(path, number, filters=filters)

    def every(self, path: str) -> Iterator[Attributes]:
        """All records of a short list."""
        number, pages = 1, 1
        while number <= pages:
            page = self.page(path, number)
            yield from page.rows
            number, pages = number + 1, page.pages

    def user(self, user_id: str) -> Attributes | None:
        """One user with the ids of its groups; None when there is none of this id."""
        self.own_fields()
        answer = self.door.send("GET", f"{USERS}/{user_id}")
        if answer.status == MISSING_STATUS and _is_json(answer):
            return None
        return self._record(answer)

    def write(self, method: str, path: str, body: Mapping[str, object]) -> Answer:
        """The answer to a write, whatever it is."""
        self.own_fields()
        return self.door.send(method, path, json=body)

    def shown(self, path: str, filters: Mapping[str, str]) -> list[Attributes]:
        """Records of a list that this site need not show us; nothing where it does not."""
        self.own_fields()
        answer = self.door.send("GET", path, query=filters)
        if answer.status != OK or not _is_json(answer):
            return []
        return rows_in(parsed(answer)) or []

    def _page(
        self,
        path: str,
        number: int,
        *,
        limit: int = PAGE,
        filters: Mapping[str, str] | None = None,
    ) -> Page:
        query: Query = {
            "page[limit]": limit,
            "page[offset]": (number - 1) * limit,
            **(filters or {}),
        }
        answer = self.door.send("GET", path, query=query)
        body = self._good(answer)
        rows = rows_in(body)
        if rows is None:
            raise answer.unexpected("answered a list with something else")
        return Page(rows, _pages(body, number, full=len(rows) == limit))

    def _record(self, answer: Answer) -> Attributes:
        record = record_in(self._good(answer))
        if record is None:
            raise answer.unexpected("answered a user with something else")
        return record

    def _good(self, answer: Answer) -> object:
        if answer.status != OK:
            raise read_error(answer, self.hidden)
        return parsed(answer)


def parsed(answer: Answer) -> object:
    """The JSON of an answer. One that broke off is not taken for a wrong address."""
    try:
        return json.loads(answer.body)
    except ValueError:
        if answer.was_read and answer.body.lstrip()[:1] in (b"{", b"["):
            raise TransientError("The answer of Joomla broke off.") from None
        raise answer.unexpected("answered something that is not JSON") from None


def rows_in(body: object) -> list[Attributes] | None:
    """The records of a list; None where it is none."""
    records = body.get("data") if isinstance(body, dict) else None
    if not isinstance(records, list):
        return None
    rows = [_attributes(record) for record in records]
    return [row for row in rows if row is not None] if None not in rows else None


def record_in(body: object) -> Attributes | None:
    """The one record of an answer; None where it holds none."""
    return _attributes(body.get("data")) if isinstance(body, dict) else None


def _attributes(record: object) -> Attributes | None:
    attributes = record.get("attributes") if isinstance(record, dict) else None
    return attributes if isinstance(attributes, dict) else None


def _pages(body: object, number: int, *, full: bool) -> int:
    """How many pages there are; where it is not told, a full page means one more."""
    meta = body.get("meta") if isinstance(body, dict) else None
    told = meta.get("total-pages") if isinstance(meta, dict) else None
    if isinstance(told, int):
        return told
    return number + 1 if full else number


def _is_json(answer: Answer) -> bool:
    return "json" in answer.headers.get("content-type", "")
