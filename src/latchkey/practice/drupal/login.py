"""The routes by which people and programs log in, ask for a new password, and register."""

import json
import sqlite3
import uuid
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import (
    callers,
    flood,
    mails,
    presenting,
    rest,
    roles,
    users,
    validating,
)
from latchkey.practice.drupal.errors import ApiError, InvalidError, message, plain, rest_invalid
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import User

_BY_HAND = "The used authentication method is not allowed on this route."
_ADDRESS_BLOCKED = "Access is blocked because of IP based flood prevention."
_PERSON_BLOCKED = (
    "Too many failed login attempts from your IP address. This IP address is temporarily blocked."
)
_NO_MAIL = "Unable to send email. Contact the site administrator if the problem persists."
_BROKEN = "The website encountered an unexpected error. Please try again later."


def log_in(request: Request) -> Response | None:
    """POST /user/login?_format=json: a session; None where the route is gone."""
    db = database.connection()
    if not switch(db, "login"):
        return None
    if request.authorization is not None:
        return message(403, _BY_HAND)
    given = _credentials(request)
    for name in ("name", "pass"):
        if name not in given:
            return message(400, f"Missing credentials.{name}.")
    try:
        user = _proved(db, str(given["name"]), str(given["pass"]), request.remote_addr or "")
    except ApiError as error:
        return message(error.status, error.detail)
    shown: dict[str, Any] = {"uid": str(user.uid), "name": user.name}
    if "*" in (held := roles.permissions_of(db, user.roles)) or roles.ADMINISTER_USERS in held:
        shown["roles"] = [roles.AUTHENTICATED, *user.roles]
    response = plain(200, {})
    with database.transaction():
        token = callers.begin_session(db, user.uid, response)
    told = {"current_user": shown, "csrf_token": token, "logout_token": token[::-1]}
    response.set_data(json.dumps(told))
    return response


def ask_for_password(request: Request) -> Response:
    """POST /user/password?_format=json: a mail, and the same answer whoever it is."""
    if request.authorization is not None:
        return message(403, _BY_HAND)
    given = _credentials(request)
    if not {"name", "mail"} & set(given):
        return message(400, "Missing credentials.name or credentials.mail")
    db = database.connection()
    user = _named(db, given)
    if user is None or not user.status:
        return plain(200, None)
    if not user.mail:
        return Response(_BROKEN, 500, content_type="text/plain; charset=UTF-8")
    with database.transaction():
        sent = mails.reset_asked(db, user, request.host_url.rstrip("/"))
    return plain(200, None) if sent else message(400, _NO_MAIL)


def register(request: Request) -> Response:
    """POST /user/register?_format=json: what visitors may do for themselves."""
    db = database.connection()
    if not switch(db, "rest_register"):
        return message(406, "Not acceptable format: json")
    if request.authorization is not None:
        return message(403, _BY_HAND)
    if switch(db, "register") == "admin_only":
        return message(403, "You cannot register a new user account.")
    given = _credentials(request)
    try:
        return _registered(db, given, request)
    except ApiError as error:
        return message(error.status, error.detail)
    except InvalidError as error:
        return rest_invalid(error)


def _registered(db: sqlite3.Connection, given: dict[str, Any], request: Request) -> Response:
    if "roles" in given:
        raise ApiError(403, "Access denied on creating field 'roles'.")
    if "pass" in given:
        raise ApiError(422, "A Password cannot be specified. It will be generated on login.")
    values = rest.values_of(given)
    active = switch(db, "register") == "visitors"
    with database.transaction():
        validating.check(db, values)
        uid = users.insert(db, str(uuid.uuid4()), {**values, "status": active})
        user = users.by_uid(db, uid)
        if user is not None and active:
            mails.activated(db, user, request.host_url.rstrip("/"))
    if user is None:
        raise LookupError(uid)
    body = presenting.rest_user(user, {}, administrator=False)
    return plain(200, body)


def _proved(db: sqlite3.Connection, name: str, password: str, address: str) -> User:
    user = users.by_name(db, name)
    uid = user.uid if user is not None and user.status else None
    if flood.is_address_blocked(db, "login", address):
        raise ApiError(403, _ADDRESS_BLOCKED)
    if flood.is_blocked(db, "login", uid, address):
        raise ApiError(403, _PERSON_BLOCKED)
    if user is not None and not user.status:
        raise ApiError(400, "The user has not been activated or is blocked.")
    with database.transaction():
        if user is None or not callers.is_right(user, password):
            flood.failed(db, "login", uid, address)
        else:
            flood.succeeded(db, "login", user.uid, address)
            return user
    raise ApiError(400, "Sorry, unrecognized username or password.")


def _named(db: sqlite3.Connection, given: dict[str, Any]) -> User | None:
    if "name" in given:
        return users.by_name(db, str(given["name"]))
    found = users.by_mail(db, str(given["mail"]), ignore_case=switch(db, "ignores_case"))
    return next(iter(found), None)


def _credentials(request: Request) -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}
