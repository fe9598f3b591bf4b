"""The REST resource for users, which takes roles by their machine names."""

import sqlite3
import uuid
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import accounts, callers, presenting, roles, users, validating
from latchkey.practice.drupal.callers import Caller
from latchkey.practice.drupal.errors import (
    ApiError,
    InvalidError,
    Violation,
    message,
    plain,
    rest_invalid,
)
from latchkey.practice.drupal.roles import ADMINISTER_USERS
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import User

CREATED = 201


def respond(request: Request, uid: int | None) -> Response:
    """`/entity/user` where `uid` is None, else `/user/<uid>`."""
    db = database.connection()
    if not switch(db, "rest_user"):
        return _closed(request, uid)
    caller = callers.caller_of(db, request)
    if caller.way and caller.way not in switch(db, "rest_ways"):
        return message(403, "The used authentication method is not allowed on this route.")
    try:
        callers.check_token(db, caller, request)
        return _routed(db, request, caller, uid)
    except ApiError as error:
        return message(error.status, error.detail)
    except InvalidError as error:
        return rest_invalid(error)


def values_of(body: dict[str, Any]) -> dict[str, Any]:
    """The values that a body's lists of items hold; roles are another matter."""
    return {
        name: items[0].get("value")
        for name, items in body.items()
        if name != "roles" and isinstance(items, list) and items
    }


def _closed(request: Request, uid: int | None) -> Response:
    if uid is None:
        return message(404, f'No route found for "{request.method} {request.base_url}"')
    return message(406, "Not acceptable format: json")


def _routed(db: sqlite3.Connection, request: Request, caller: Caller, uid: int | None) -> Response:
    if not caller.can(ADMINISTER_USERS):
        # The same words for one who is somebody else, and for one who is nobody.
        raise ApiError(403, "The 'administer users' permission is required.")
    given = request.get_json(silent=True) if request.method != "GET" else {}
    body = given if isinstance(given, dict) else {}
    match request.method, uid:
        case "POST", None:
            user = _create(db, body)
            response = plain(CREATED, _shown(db, user))
            response.headers["Location"] = f"{request.host_url}user/{user.uid}"
            return response
        case (("GET" | "PATCH"), int()):
            user = _there(db, uid)
            if request.method == "PATCH":
                user = _change(db, user, body, request.host_url.rstrip("/"))
            return plain(200, _shown(db, user))
        case _:
            raise ApiError(405, f'No route found for "{request.method} {request.base_url}"')


def _create(db: sqlite3.Connection, body: dict[str, Any]) -> User:
    values, wanted = values_of(body), _roles(db, body)
    with database.transaction():
        validating.check(db, values)
        uid = users.insert(db, str(values.get("uuid") or uuid.uuid4()), values)
        users.set_roles(db, uid, wanted or ())
    return _there(db, uid)


def _change(db: sqlite3.Connection, user: User, body: dict[str, Any], url: str) -> User:
    values, wanted = values_of(body), _roles(db, body)
    with database.transaction():
        validating.check(db, values, user.uid)
        accounts.save(db, user, values, url)
        if wanted is not None:
            users.set_roles(db, user.uid, wanted)
    return _there(db, user.uid)


def _roles(db: sqlite3.Connection, body: dict[str, Any]) -> list[str] | None:
    if "roles" not in body:
        return None
    named = [str(item.get("target_id")) for item in body["roles"]]
    unknown = [
        Violation(
            "roles",
            f"The referenced entity (user_role: {name}) does not exist.",
            place=f".{number}.target_id",
        )
        for number, name in enumerate(named)
        if roles.by_id(db, name) is None
    ]
    if unknown:
        raise InvalidError(unknown)
    return named


def _shown(db: sqlite3.Connection, user: User) -> dict[str, Any]:
    role_ids = {role.id: role.uuid for role in roles.all_of(db)}
    return presenting.rest_user(user, role_ids, administrator=True)


def _there(db: sqlite3.Connection, uid: int) -> User:
    user = users.by_uid(db, uid)
    if user is None:
        raise ApiError(404, "The requested user does not exist.")
    return user
