"""Accounts and roles as resource objects of JSON:API, and accounts as REST resources write them."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from latchkey.practice.drupal.roles import Role
from latchkey.practice.drupal.users import CUSTOM_FIELDS, User

USERS = "/jsonapi/user/user"
ROLES = "/jsonapi/user_role/user_role"
USER_TYPE = "user--user"
ROLE_TYPE = "user_role--user_role"

# What an account shows only to itself, and to those who administer users.
_PERSONAL = frozenset({"preferred_langcode", "preferred_admin_langcode", "mail", "timezone"})
_ADMINISTRATIVE = frozenset({"status", "access", "login", "init", "roles"})

RoleIds = Mapping[str, str]


def visible_to(*, administrator: bool) -> frozenset[str]:
    """The names that have to be left out for one who looks at the own account."""
    return frozenset() if administrator else _ADMINISTRATIVE


def user_resource(
    user: User,
    site: str,
    role_ids: RoleIds,
    *,
    hidden: Collection[str] = (),
    only: Collection[str] | None = None,
    names: bool = True,
) -> dict[str, Any]:
    """One account; `only` are the fields of a sparse fieldset, None is all."""
    here = f"{site}{USERS}/{user.uuid}"

    def shown(name: str) -> bool:
        return name not in hidden and (only is None or name in only)

    attributes = {name: value for name, value in _attributes(user).items() if shown(name)}
    related = {
        "roles": role_identifiers(user.roles, role_ids, names=names),
        "user_picture": None,
    }
    relationships = {
        name: {"data": linked, "links": _relationship_links(here, name)}
        for name, linked in related.items()
        if shown(name)
    }
    resource: dict[str, Any] = {
        "type": USER_TYPE,
        "id": user.uuid,
        "links": {"self": {"href": here}},
        "attributes": attributes,
    }
    return resource | ({"relationships": relationships} if relationships else {})


def role_identifiers(
    held: Collection[str], role_ids: RoleIds, *, names: bool = True
) -> list[dict[str, Any]]:
    """The roles by their UUIDs; before Drupal 9.3 they came without `names`."""
    return [
        {"type": ROLE_TYPE, "id": role_ids[role]}
        | ({"meta": {"drupal_internal__target_id": role}} if names else {})
        for role in held
    ]


def relationship_links(site: str, user: User) -> dict[str, Any]:
    """The addresses of an account's roles."""
    return _relationship_links(f"{site}{USERS}/{user.uuid}", "roles")


def role_resource(role: Role, site: str) -> dict[str, Any]:
    """One role, to those who administer permissions."""
    return {
        "type": ROLE_TYPE,
        "id": role.uuid,
        "links": {"self": {"href": f"{site}{ROLES}/{role.uuid}"}},
        "attributes": {
            "langcode": "en",
            "status": True,
            "dependencies": {},
            "drupal_internal__id": role.id,
            "label": role.label,
            "weight": 0,
            "is_admin": role.is_admin,
            "permissions": list(role.permissions),
        },
    }


def rest_user(user: User, role_ids: RoleIds, *, administrator: bool) -> dict[str, Any]:
    """One account as the REST resource for users writes it."""
    written = {name: _items(name, value) for name, value in _rest_values(user).items()}
    written["roles"] = [
        {"target_id": role, "target_type": "user_role", "target_uuid": role_ids[role]}
        for role in user.roles
    ]
    if administrator:
        return written
    personal = _PERSONAL | _ADMINISTRATIVE
    return {name: value for name, value in written.items() if name not in personal}


def _attributes(user: User) -> dict[str, Any]:
    return {
        "display_name": user.name,
        "drupal_internal__uid": user.uid,
        "langcode": "en",
        "preferred_langcode": user.preferred_langcode,
        "preferred_admin_langcode": None,
        "name": user.name,
        "mail": user.mail,
        "timezone": "UTC",
        "status": user.status,
        "created": _moment(user.created),
        "changed": _moment(user.changed),
        "access": _moment(user.access),
        "login": _moment(user.login),
        "init": user.init,
        "default_langcode": True,
        **{name: user.fields.get(name) for name in CUSTOM_FIELDS},
    }


def _rest_values(user: User) -> dict[str, Any]:
    values = _attributes(user)
    del values["display_name"], values["drupal_internal__uid"]
    return {"uid": user.uid, "uuid": user.uuid, **values, "user_picture": None}


def _items(name: str, value: Any) -> list[dict[str, Any]]:
    if value is None:
        return []
    if name in ("created", "changed", "access", "login"):
        return [{"value": value, "format": "Y-m-d\\TH:i:sP"}]
    return [{"value": value}]


def _relationship_links(here: str, name: str) -> dict[str, Any]:
    return {
        "related": {"href": f"{here}/{name}"},
        "self": {"href": f"{here}/relationships/{name}"},
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
