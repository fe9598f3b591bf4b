"""The endpoints of one SCIM service, and what it says that it can do."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from latchkey.remote.errors import Missing, RemoteError, SiteError, UnknownOutcome
from latchkey.remote.http import Answer, HttpDoor
from latchkey.remote.secrets import Secret
from latchkey.sites.scim.refusals import Asked, NoFilterError, error_for, refusal_in

USERS, GROUPS, BULK = "/Users", "/Groups", "/Bulk"
CONFIG, RESOURCE_TYPES, SCHEMAS = "/ServiceProviderConfig", "/ResourceTypes", "/Schemas"
MEDIA_TYPE = "application/scim+json"
LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PAGE = 100
LARGEST_BULK = 100
REDIRECTS = range(300, 400)
REFUSALS = range(400, 600)
NOT_A_LIST = (
    "What answers at {path} is no list of SCIM 2.0. Check the address: it ends where /Users begins."
)

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the service announces under /ServiceProviderConfig; nothing where it has no such page.

    `bulk` is how many operations one request may hold, 0 without bulk. `attributes` are the names
    of a user's attributes, "name.givenName" among them; empty where it does not list them.
    """

    bulk: int = 0
    bulk_size: int = 0
    patch: bool = False
    filters: bool = False
    etags: bool = False
    page: int = PAGE
    attributes: frozenset[str] = frozenset()
    announced: bool = False


class Calls:
    """Sends requests to the service; safe to share between threads."""

    def __init__(self, door: HttpDoor, token: Secret) -> None:
        self.door = door
        self._token = token
        self._lock = Lock()
        self._abilities: Abilities | None = None

    @cached_property
    def hidden(self) -> tuple[str, ...]:
        """What no error may quote."""
        return (self._token.reveal(),)

    def abilities(self) -> Abilities:
        """What the service can do; asked once."""
        with self._lock:
            if self._abilities is None:
                self._abilities = self._discover()
            return self._abilities

    def look_anew(self) -> None:
        """Ask the service again what it can do."""
        with self._lock:
            self._abilities = None

    def rows(self, path: str, filter_: str = "", without: str = "") -> Iterator[list[Row]]:
        """The records under a path, in pages. NoFilterError where the filter is not taken."""
        start, seen = 1, 0
        page = self.abilities().page if path in (USERS, GROUPS) else PAGE
        while True:
            query: dict[str, str | int | bool] = {"startIndex": start, "count": page}
            if filter_:
                query["filter"] = filter_
            if without:
                query["excludedAttributes"] = without
            body = self.read(path, query)
            rows, total = listed(body, path)
            if rows:
                yield rows
            seen += len(rows)
            if not rows or seen >= total:
                return
            start += len(rows)

    def read(self, path: str, query: Mapping[str, str | int | bool] | None = None) -> object:
        """The body under a path. Missing when it is one record that is not there."""
        asked = Asked(_act("GET", path), path, reads=True, one=path.count("/") > 1)
        return self._body(self.door.send("GET", path, query=query), asked, ())

    def write(
        self,
        method: str,
        path: str,
        body: object,
        *,
        version: str = "",
        hidden: tuple[str, ...] = (),
    ) -> object:
        """The body of the answer to a write, None where it has none.

        `version` is the one that is to be changed and no other; `hidden` are further texts that no
        error may quote.
        """
        asked = Asked(_act(method, path), path, reads=False, one=path.count("/") > 1)
        headers = {"Content-Type": MEDIA_TYPE}
        if version and self.abilities().etags:
            headers["If-Match"] = version
        answer = self.door.send(method, path, json=body, headers=headers)
        return self._body(answer, asked, hidden)

    def anonymous_is_let_in(self) -> bool:
        """Whether somebody without our token is answered as well."""
        query = {"startIndex": 1, "count": 1}
        nobody = {"Authorization": "Bearer nobody"}
        answer = self.door.send("GET", USERS, query=query, headers=nobody)
        return answer.status not in REFUSALS

    def _body(self, answer: Answer, asked: Asked, hidden: tuple[str, ...]) -> object:
        if answer.status in REDIRECTS:
            raise SiteError(f"The service redirects {asked.path}. Put the right address in.")
        if answer.status in REFUSALS:
            refusal = refusal_in(answer.status, _parsed(answer))
            raise error_for(refusal, asked, (*hidden, *self.hidden)) from None
        if not answer.body and not asked.reads:
            return None
        return answer.json()

    def _discover(self) -> Abilities:
        try:
            config = self.read(CONFIG)
        except SiteError as error:
            if "no /ServiceProviderConfig" not in str(error):
                raise
            return Abilities(page=PAGE)
        if not isinstance(config, dict) or "patch" not in config:
            raise SiteError(NOT_A_LIST.format(path=CONFIG))
        bulk, filters = _part(config, "bulk"), _part(config, "filter")
        most = _number(filters.get("maxResults"))
        operations = _number(bulk.get("maxOperations")) or LARGEST_BULK
        return Abilities(
            bulk=min(LARGEST_BULK, operations) if _supported(bulk) else 0,
            bulk_size=_number(bulk.get("maxPayloadSize")),
            patch=_supported(_part(config, "patch")),
            filters=_supported(filters),
            etags=_supported(_part(config, "etag")),
            page=min(PAGE, most) if most else PAGE,
            attributes=self._attributes(),
            announced=True,
        )

    def _attributes(self) -> frozenset[str]:
        """What a user can have, by /Schemas; services without it can have anything."""
        try:
            body = self.read(SCHEMAS)
        except (SiteError, Missing, NoFilterError):
            return frozenset()
        schemas, _ = listed(body, SCHEMAS)
        users = [one for one in schemas if str(one.get("id")).endswith(":User")]
        return frozenset(name for one in users for name in _names(one, ""))


def listed(body: object, path: str) -> tuple[list[Row], int]:
    """The records of a list, and how many there are in all. SiteError when it is no list."""
    if isinstance(body, list) and path == SCHEMAS:  # some answer the bare list
        return objects(body), len(body)
    if not isinstance(body, dict) or "totalResults" not in body:
        raise SiteError(NOT_A_LIST.format(path=path))
    rows = objects(body.get("Resources"))
    return rows, _number(body["totalResults"])


def objects(body: object) -> list[Row]:
    """The objects of a list; empty where there is none."""
    return [one for one in body if isinstance(one, dict)] if isinstance(body, list) else []


def one_in(body: object) -> Row:
    """The record which an answer to a write is."""
    if not isinstance(body, dict) or "id" not in body:
        raise UnknownOutcome("The service says that it is done, but not what came of it.")
    return body


def outcome_of(operation: Row, act: str, hidden: tuple[str, ...]) -> str | RemoteError:
    """The id of what one operation of a bulk request made, or why it made nothing."""
    status = _number(_code(operation.get("status")))
    location = str(operation.get("location") or "")
    if status in range(200, 300) and location:
        return location.rstrip("/").rpartition("/")[2]
    if status not in REFUSALS:
        return UnknownOutcome("The service does not say what came of it.")
    refusal = refusal_in(status, operation.get("response"))
    return error_for(refusal, Asked(act, BULK, reads=False), hidden)


def quoted(text: str) -> str:
    """A value as it stands in a filter: a JSON string (RFC 7644, section 3.4.2.2)."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _parsed(answer: Answer) -> object:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _act(method: str, path: str) -> str:
    """The words for what is asked, which are also those for the right to it."""
    what = "groups" if path.startswith(GROUPS) else "users"
    return f"{'read' if method == 'GET' else 'change'} {what}"


def _names(schema: Row, before: str) -> Iterator[str]:
    for one in objects(schema.get("attributes") or schema.get("subAttributes")):
        name = f"{before}{one.get('name')}"
        yield name
        yield from _names({"subAttributes": one.get("subAttributes")}, f"{name}.")


def _part(config: Row, name: str) -> Row:
    part = config.get(name)
    return part if isinstance(part, dict) else {}


def _supported(part: Row) -> bool:
    return str(part.get("supported")).lower() == "true"


def _code(status: object) -> object:
    """The status of an operation: a text, or an object with `code` as in the older drafts."""
    return status.get("code") if isinstance(status, dict) else status


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0
