"""A SCIM user as services show and take one (RFC 7643), and the Account it is."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from latchkey.policy.roles import PRIVILEGED_NAMES
from latchkey.policy.values import Account, AccountChange, NewAccount
from latchkey.remote.errors import RejectedError, SiteError
from latchkey.sites.scim.calls import Row, objects

CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
# Where each field lies: its schema (empty for the core), and its path there.
PLACES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "givenName": ("", ("name", "givenName")),
    "familyName": ("", ("name", "familyName")),
    "displayName": ("", ("displayName",)),
    "nickName": ("", ("nickName",)),
    "title": ("", ("title",)),
    "userType": ("", ("userType",)),
    "locale": ("", ("locale",)),
    "timezone": ("", ("timezone",)),
    "employeeNumber": (ENTERPRISE, ("employeeNumber",)),
    "organization": (ENTERPRISE, ("organization",)),
    "division": (ENTERPRISE, ("division",)),
    "department": (ENTERPRISE, ("department",)),
    "costCenter": (ENTERPRISE, ("costCenter",)),
}
FIELDS = tuple(PLACES)
NO_FIELD = "SCIM users have no field {field}. The fields are: {fields}."
NOT_HERE = "This service has no field {field}: it is not among its schemas."


def account_from(row: Row, roles: frozenset[str], protected: frozenset[str]) -> Account:
    """The account that a user is. SiteError when it lacks what every user has."""
    if not row.get("id") or "userName" not in row:
        raise SiteError("The service shows users without id or userName: these are needed.")
    username = str(row["userName"])
    return Account(
        id=str(row["id"]),
        username=username,
        email=email_of(row),
        roles=roles | shown_groups(row),
        fields={name: text for name in FIELDS if (text := _field(row, name))},
        language=str(row.get("preferredLanguage") or "").replace("-", "_") or None,
        active=str(row.get("active", True)).lower() != "false",
        powers=_powers(row) | ({"protected"} if username.casefold() in protected else frozenset()),
        key=_key(row.get("externalId")),
    )


def email_of(row: Row) -> str:
    """The primary address, else the first, else a username that is one; empty without any."""
    emails = objects(row.get("emails"))
    primary = next((one for one in emails if str(one.get("primary")).lower() == "true"), None)
    chosen = primary or next(iter(emails), None)
    username = str(row.get("userName") or "")
    return str((chosen or {}).get("value") or (username if "@" in username else ""))


def shown_groups(row: Row) -> frozenset[str]:
    """The names of the groups that a user itself shows; many services show none there."""
    groups = [one for one in objects(row.get("groups")) if one.get("type") != "indirect"]
    return frozenset(str(one["display"]) for one in groups if one.get("display"))


def version_of(row: Row) -> str:
    """The version by which a change is tied to what was seen; empty where there is none."""
    meta = row.get("meta")
    return str(meta.get("version") or "") if isinstance(meta, dict) else ""


def user_for(account: NewAccount) -> dict[str, object]:
    """What is sent for a user to be made. RejectedError for a field that SCIM does not have."""
    body: dict[str, object] = {
        "schemas": [CORE],
        "userName": account.username,
        "password": account.password,
        "active": True,
        "emails": [{"value": account.email, "type": "work", "primary": True}],
    }
    if account.key:
        body["externalId"] = str(account.key)
    if account.language:
        body["preferredLanguage"] = account.language.replace("_", "-")
    for name, value in account.fields.items():
        _put(body, name, value)
    return body


def replaced(row: Row, change: AccountChange, *, active: bool | None) -> dict[str, object]:
    """The whole user as it is to be afterwards, with what it has that we do not know."""
    body = {name: value for name, value in row.items() if name not in ("meta", "groups")}
    body |= _own(row, change, active=active)
    for name, value in change.fields.items():
        _put(body, name, value)
    return body


def operations(row: Row, change: AccountChange, *, active: bool | None) -> list[dict[str, object]]:
    """The operations of a PATCH that make the user what it is to be; empty when it is that."""
    wanted = {
        name: value
        for name, value in _own(row, change, active=active).items()
        if row.get(name) != value
    }
    for name, value in change.fields.items():
        schema, path = _place(name)
        if _field(row, name) != value:
            wanted[":".join(filter(None, (schema, ".".join(path))))] = value
    return [{"op": "replace", "path": path, "value": value} for path, value in wanted.items()]


def patch_of(listed: list[dict[str, object]]) -> dict[str, object]:
    """The body of a PATCH with these operations."""
    return {"schemas": [PATCH], "Operations": listed}


def without_field(fields: Mapping[str, str], attributes: frozenset[str]) -> RejectedError | None:
    """Why the fields cannot be written, of which SCIM, or this service, does not have one."""
    try:
        paths = {name: ".".join(_place(name)[1]) for name in fields}
    except RejectedError as error:
        return error
    lacking = [name for name, path in paths.items() if attributes and path not in attributes]
    return RejectedError(NOT_HERE.format(field=lacking[0])) if lacking else None


def _own(row: Row, change: AccountChange, *, active: bool | None) -> dict[str, object]:
    """The attributes beside the fields that a change gives another value."""
    own: dict[str, object] = {}
    if active is not None:
        own["active"] = active
    if change.email is not None:
        own["emails"] = _with_address(row, change.email)
    if change.language is not None:
        own["preferredLanguage"] = change.language.replace("_", "-")
    if change.password is not None:
        own["password"] = change.password
    return own


def _with_address(row: Row, email: str) -> list[dict[str, object]]:
    """The user's addresses with another primary one."""
    emails = [dict(one) for one in objects(row.get("emails"))]
    there = next((one for one in emails if str(one.get("primary")).lower() == "true"), None)
    there = there or next(iter(emails), None)
    if there is None:
        return [{"value": email, "type": "work", "primary": True}]
    there["value"] = email
    return emails


def _place(name: str) -> tuple[str, tuple[str, ...]]:
    if name not in PLACES:
        raise RejectedError(NO_FIELD.format(field=name, fields=", ".join(FIELDS)))
    return PLACES[name]


def _put(body: dict[str, object], name: str, value: str) -> None:
    schema, path = _place(name)
    if schema:
        body["schemas"] = list(dict.fromkeys([*_texts(body.get("schemas")), schema]))
    inside = _opened(body, schema) if schema else body
    for step in path[:-1]:
        inside = _opened(inside, step)
    inside[path[-1]] = value


def _opened(body: dict[str, object], name: str) -> dict[str, object]:
    """A copy of the object under this name, put in its place."""
    there = body.get(name)
    inside: dict[str, object] = dict(there) if isinstance(there, dict) else {}
    body[name] = inside
    return inside


def _field(row: Row, name: str) -> str:
    schema, path = PLACES[name]
    found: object = row.get(schema) if schema else row
    for step in path:
        found = found.get(step) if isinstance(found, dict) else None
    return str(found) if found else ""


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _powers(row: Row) -> frozenset[str]:
    """Roles and entitlements of the user whose very name is power."""
    shown = [*objects(row.get("roles")), *objects(row.get("entitlements"))]
    named = {str(one.get(name) or "") for one in shown for name in ("value", "display")}
    return frozenset(one for one in named if one.strip().casefold() in PRIVILEGED_NAMES)


def _key(external: object) -> UUID | None:
    try:
        return UUID(str(external))
    except ValueError:
        return None
