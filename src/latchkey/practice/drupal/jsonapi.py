"""The routes of JSON:API: the entry point, accounts, their roles, and the list of roles."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import accounts, callers, filters, presenting, roles, users
from latchkey.practice.drupal.callers import Caller
from latchkey.practice.drupal.entry import RESOURCE_TYPES
from latchkey.practice.drupal.errors import (
    JSON_API,
    ApiError,
    InvalidError,
    document,
    json_api_error,
    json_api_invalid,
    nothing,
)
from latchkey.practice.drupal.presenting import ROLES, USERS
from latchkey.practice.drupal.roles import ADMINISTER_PERMISSIONS, ADMINISTER_USERS, CANCEL_ACCOUNT
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import User

LARGEST_PAGE = 50
_ONE = re.compile(rf"^{USERS}/([^/]+)(/relationships/roles)?$")
_NEEDED = "The '{}' permission is required."
_READ_ONLY = (
    "JSON:API is configured to accept only read operations. Site administrators can configure "
    "this at {site}/admin/config/services/jsonapi."
)
_OWN_ONLY = (
    "Users can only update their own account, unless they have the 'administer users' permission."
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and who sent it."""

    db: sqlite3.Connection
    request: Request
    caller: Caller

    @property
    def site(self) -> str:
        """The address of the site."""
        return self.request.host_url.rstrip("/")

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query, its first-level names in the order of the alphabet, as Drupal repeats it."""
        pairs = parse_qsl(self.request.query_string.decode(), keep_blank_values=True)
        return sorted(pairs, key=lambda pair: pair[0].partition("[")[0])

    @property
    def here(self) -> str:
        """The address asked for, with its query."""
        query = urlencode(self.query, quote_via=quote)
        return f"{self.site}{self.request.path}" + (f"?{query}" if query else "")

    @property
    def is_administrator(self) -> bool:
        """Whether the caller administers users."""
        return self.caller.can(ADMINISTER_USERS)


def respond(request: Request) -> Response | None:
    """The answer of a JSON:API route; None for another address."""
    if not (request.path + "/").startswith("/jsonapi/"):
        return None
    db = database.connection()
    call = Call(db, request, callers.caller_of(db, request))
    try:
        return _routed(call)
    except ApiError as error:
        return json_api_error(error, call.here)
    except InvalidError as error:
        return json_api_invalid(error)


def _routed(call: Call) -> Response:
    method, path = call.request.method, call.request.path
    if method != "GET":
        _check_write(call)
    one = _ONE.match(path)
    match method, path:
        case "GET", "/jsonapi":
            return _entry(call)
        case "GET", presenting.USERS:
            return _collection(call)
        case "GET", presenting.ROLES:
            return _role_list(call)
        case "POST", presenting.USERS:
            return _create(call)
        case _ if one is None:
            raise ApiError(404, f'No route found for "{method} {call.site}{path}"')
        case _ if one.group(2):
            return _relationship(call, one.group(1))
        case _:
            return _individual(call, one.group(1))


def _check_write(call: Call) -> None:
    if switch(call.db, "read_only"):
        raise ApiError(405, _READ_ONLY.format(site=call.site))
    sent = call.request.headers.get("Content-Type", "")
    if call.request.method != "DELETE" and sent.partition(";")[0] != JSON_API:
        raise ApiError(415, f'No route found that matches "Content-Type: {sent}"')
    callers.check_token(call.db, call.caller, call.request)


def _entry(call: Call) -> Response:
    links: dict[str, Any] = {
        name: {"href": f"{call.site}/jsonapi/{name.replace('--', '/')}"} for name in RESOURCE_TYPES
    }
    links["self"] = {"href": f"{call.site}/jsonapi"}
    body: dict[str, Any] = {"data": [], "links": links}
    user = call.caller.user
    if user is not None:
        href = f"{call.site}{USERS}/{user.uuid}"
        body["meta"] = {"links": {"me": {"meta": {"id": user.uuid}, "href": href}}}
    return document(200, body)


def _collection(call: Call) -> Response:
    if not call.is_administrator and "mail" in filters.paths_in(call.query):
        detail = (
            "The current user is not authorized to filter by the `mail` field, "
            "given in the path `mail`."
        )
        raise call.caller.refusal(detail)
    condition, values = filters.sql_of(call.db, call.query)
    if not call.is_administrator:
        own = call.caller.user.uid if call.caller.user else -1
        condition, values = f"({condition}) AND uid = ?", [*values, own]
    asked = dict(call.query)
    size = min(int(asked.get("page[limit]", LARGEST_PAGE)), LARGEST_PAGE)
    start = int(asked.get("page[offset]", 0))
    ending = f"ORDER BY uid LIMIT {size + 1} OFFSET {start}"
    found = users.found(call.db, condition, values, ending)
    links = {"self": {"href": call.here}}
    if len(found) > size:
        pages = {"page[offset]": str(start + size), "page[limit]": str(size)}
        query = [pair for pair in call.query if pair[0] not in pages] + list(pages.items())
        links["next"] = {"href": f"{call.site}{USERS}?{urlencode(query, quote_via=quote)}"}
    shown = [_presented(call, user) for user in found[:size]]
    return document(200, {"data": shown, "links": links})


def _role_list(call: Call) -> Response:
    body: dict[str, Any] = {"data": [], "links": {"self": {"href": call.here}}}
    if call.caller.can(ADMINISTER_PERMISSIONS):
        body["data"] = [presenting.role_resource(r, call.site) for r in roles.all_of(call.db)]
        return document(200, body)
    detail = "The current user is not allowed to GET the selected resource. " + _NEEDED.format(
        ADMINISTER_PERMISSIONS
    )
    omitted: dict[str, Any] = {
        "help": {
            "href": "https://www.drupal.org/docs/8/modules/json-api/filtering#filters-access-control"
        }
    }
    for role in roles.all_of(call.db):
        href = f"{call.site}{ROLES}/{role.uuid}"
        meta = {"rel": "item", "detail": detail}
        omitted[f"item--{role.uuid[:7]}"] = {"href": href, "meta": meta}
    because = "Some resources have been omitted because of insufficient authorization."
    body["meta"] = {"omitted": {"detail": because, "links": omitted}}
    return document(200, body)


def _create(call: Call) -> Response:
    _require(call, ADMINISTER_USERS)
    user = accounts.create(call.db, call.request.get_data())
    here = f"{call.site}{USERS}/{user.uuid}"
    links = {"self": {"href": f"{call.site}{USERS}"}}
    response = document(201, {"data": _presented(call, user), "links": links})
    response.headers["Location"] = here
    return response


def _individual(call: Call, uuid: str) -> Response:
    method = call.request.method
    user = _user(call, uuid)
    if method == "GET":
        own = call.caller.user is not None and call.caller.user.uid == user.uid
        if not (own or call.is_administrator):
            raise call.caller.refusal(
                "The current user is not allowed to GET the selected resource."
            )
    elif method == "PATCH":
        if not call.is_administrator:
            raise call.caller.refusal(_OWN_ONLY)
        user = accounts.change(call.db, user, call.request.get_data(), call.site)
    elif method == "DELETE":
        return _cancel(call, user)
    else:
        raise ApiError(405, f'No route found for "{method} {call.here}": Method Not Allowed')
    return document(200, {"data": _presented(call, user), "links": {"self": {"href": call.here}}})


def _cancel(call: Call, user: User) -> Response:
    """Blocked and kept, which is how accounts are cancelled where nothing else is set."""
    if not call.is_administrator:
        _require(call, CANCEL_ACCOUNT)
    with database.transaction() as db:
        users.save(db, user, {"status": False})
    return nothing()


def _relationship(call: Call, uuid: str) -> Response:
    _require(call, ADMINISTER_USERS)
    user = _user(call, uuid)
    if call.request.method == "GET":
        return _roles_of(call, user)
    named = accounts.identifiers(call.db, call.request.get_data())
    if call.request.method == "DELETE":
        left = [role for role in user.roles if role not in named]
    else:
        left = list(dict.fromkeys([*user.roles, *named]))
    with database.transaction() as db:
        users.set_roles(db, user.uid, left)
    if call.request.method == "DELETE" or set(left) == set(named):
        return nothing()
    return _roles_of(call, _user(call, uuid))


def _roles_of(call: Call, user: User) -> Response:
    held = presenting.role_identifiers(user.roles, _role_ids(call))
    return document(200, {"data": held, "links": presenting.relationship_links(call.site, user)})


def _presented(call: Call, user: User) -> dict[str, Any]:
    asked = dict(call.query).get("fields[user--user]")
    return presenting.user_resource(
        user,
        call.site,
        _role_ids(call),
        hidden=presenting.visible_to(administrator=call.is_administrator),
        only=None if asked is None else asked.split(","),
        names=switch(call.db, "role_names"),
    )


def _role_ids(call: Call) -> dict[str, str]:
    return {role.id: role.uuid for role in roles.all_of(call.db)}


def _user(call: Call, uuid: str) -> User:
    user = users.by_uuid(call.db, uuid)
    if user is None:
        ending = {"GET": "", "PATCH": ".patch", "DELETE": ".delete"}.get(call.request.method, "")
        raise ApiError(
            404,
            'The "entity" parameter was not converted for the path '
            f'"{USERS}/{{entity}}" (route name: "jsonapi.user--user.individual{ending}")',
        )
    return user


def _require(call: Call, permission: str) -> None:
    if not call.caller.can(permission):
        raise call.caller.refusal(_NEEDED.format(permission))
