"""User, Role and UserRole, added to the entities of the practice CRM."""

from dataclasses import replace
from typing import Final

from latchkey.practice.civicrm import describing, entities, options, permissions, saving
from latchkey.practice.civicrm.permissions import ACCESS, ADMINISTER, ALL
from latchkey.practice.civicrm.schema import (
    SEPARATOR,
    Entity,
    Packing,
    flag,
    moment,
    several,
    text,
    whole,
)
from latchkey.practice.standalone import users

ADMINISTER_USERS: Final = "cms:administer users"
EVERYTHING: Final = ALL | {ADMINISTER_USERS}

USER: Final = Entity(
    "User",
    "standalone_user",
    (
        whole("id"),
        whole("domain_id", to="Domain", default=1),
        whole("uf_id"),
        text("uf_name"),
        whole("contact_id", to="Contact"),
        text("username"),
        text("hashed_password"),
        moment("when_created"),
        moment("when_last_accessed"),
        moment("when_updated"),
        flag("is_active", default=1),
        text("timezone"),
        text("language"),
        text("password_reset_token"),
        replace(several("roles", Packing.BOOKEND, "entity:Role"), apart=True),
    ),
)
ROLE: Final = Entity(
    "Role",
    "standalone_role",
    (
        whole("id"),
        replace(text("name"), required=True),
        text("label"),
        several("permissions", Packing.BOOKEND),
        flag("is_active", default=1),
    ),
)
USER_ROLE: Final = Entity(
    "UserRole",
    "standalone_user_role",
    (whole("id"), whole("user_id", to="User"), whole("role_id", to="Role")),
)
# Listed as recorded; nobody practises with the others.
_LISTED: Final = ("autocomplete", "getLinks", "passwordReset")


def packed(names: frozenset[str]) -> str:
    """Permissions as a role keeps them."""
    return SEPARATOR + SEPARATOR.join(sorted(names)) + SEPARATOR


def register() -> None:
    """Make this process's CiviCRM a Standalone one."""
    entities.register(USER, ROLE, USER_ROLE)
    options.register("Role", "SELECT id, name, label FROM standalone_role")
    administered = {"get": (ACCESS,), "default": (ACCESS, ADMINISTER_USERS)}
    permissions.register("User", administered)
    permissions.register("UserRole", administered)
    permissions.register("Role", {"get": (ACCESS,), "default": (ACCESS, ADMINISTER)})
    saving.register("User", users.write)
    users.register_actions()


def list_actions(*, old: bool) -> None:
    """Show the actions that a version has."""
    mail = ("sendPasswordReset",) if old else users.NEW_MAILS
    describing.register("User", *_LISTED, *(() if old else ("login",)), *mail)
