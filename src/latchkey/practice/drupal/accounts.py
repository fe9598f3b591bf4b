"""Accounts made and changed over JSON:API, and what happens with them then."""

import json
import sqlite3
import uuid
from typing import Any

from latchkey.practice import database
from latchkey.practice.drupal import mails, roles, users, validating
from latchkey.practice.drupal.errors import ApiError
from latchkey.practice.drupal.presenting import ROLE_TYPE, USER_TYPE
from latchkey.practice.drupal.users import CUSTOM_FIELDS, User

_ATTRIBUTES = frozenset(
    {
        "name",
        "mail",
        "pass",
        "status",
        "preferred_langcode",
        "preferred_admin_langcode",
        "timezone",
        "init",
        *CUSTOM_FIELDS,
    }
)
_BAD_UUID = "IDs should be properly generated and formatted UUIDs as described in RFC 4122."
_BAD_JSON = "Syntax error"


def create(db: sqlite3.Connection, body: bytes) -> User:
    """A new account: blocked unless `status` says otherwise. No mail."""
    resource = _resource(body)
    given = resource.get("id")
    if given is not None and not _is_uuid(given):
        raise ApiError(422, _BAD_UUID)
    values, wanted = _values(resource), _roles(db, resource)
    with database.transaction():
        validating.check(db, values)
        if given and users.by_uuid(db, str(given)):
            raise ApiError(409, "Conflict: Entity already exists.")
        uid = users.insert(db, str(given or uuid.uuid4()).lower(), values)
        users.set_roles(db, uid, wanted or ())
    return _there(db, uid)


def change(db: sqlite3.Connection, user: User, body: bytes, url: str) -> User:
    """An account changed; `roles` replaces them all, and who is unblocked gets a mail."""
    resource = _resource(body)
    values, wanted = _values(resource), _roles(db, resource)
    with database.transaction():
        validating.check(db, values, user.uid)
        save(db, user, values, url)
        if wanted is not None:
            users.set_roles(db, user.uid, wanted)
    return _there(db, user.uid)


def save(db: sqlite3.Connection, user: User, values: dict[str, Any], url: str) -> None:
    """Write values; one who can log in again is mailed."""
    users.save(db, user, values)
    if values.get("status") and not user.status:
        mails.activated(db, _there(db, user.uid), url)


def identifiers(db: sqlite3.Connection, body: bytes) -> list[str]:
    """The roles that the document of a relationship names."""
    named = _roles(db, {"relationships": {"roles": _parsed(body)}})
    return named or []


def _resource(body: bytes) -> dict[str, Any]:
    resource = _parsed(body).get("data")
    if not isinstance(resource, dict) or resource.get("type") != USER_TYPE:
        raise ApiError(400, 'Resource object must include a "type".')
    return resource


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        raise ApiError(400, _BAD_JSON) from None
    if not isinstance(document, dict):
        raise ApiError(400, _BAD_JSON)
    return document


def _values(resource: dict[str, Any]) -> dict[str, Any]:
    attributes = resource.get("attributes") or {}
    for name in attributes:
        if name not in _ATTRIBUTES:
            raise ApiError(
                422,
                f"The attribute {name} does not exist on the {USER_TYPE} resource type.",
            )
    return {name: _plain(value) for name, value in attributes.items()}


def _plain(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _roles(db: sqlite3.Connection, resource: dict[str, Any]) -> list[str] | None:
    """The machine names of the roles asked for; None where they are left as they are."""
    relationship = (resource.get("relationships") or {}).get("roles")
    if relationship is None:
        return None
    return [_role(db, str(one.get("id"))) for one in relationship.get("data") or ()]


def _role(db: sqlite3.Connection, identifier: str) -> str:
    role = roles.by_uuid(db, identifier)
    if role is None:
        raise ApiError(
            404,
            f"The resource identified by `{ROLE_TYPE}:{identifier}` (given as a relationship item)"
            " could not be found.",
        )
    return role.id


def _is_uuid(text: object) -> bool:
    try:
        return str(uuid.UUID(str(text))) == str(text).lower()
    except ValueError:
        return False


def _there(db: sqlite3.Connection, uid: int) -> User:
    user = users.by_uid(db, uid)
    if user is None:
        raise LookupError(uid)
    return user
