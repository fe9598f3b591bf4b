"""A WordPress user, as the REST API writes one, and the Account it is."""

import re
from collections.abc import Iterable, Mapping
from html import unescape

from latchkey.policy.values import Account

FIELDS = ("first_name", "last_name", "name", "nickname", "url", "description")
CORE_ROLES = frozenset({"administrator", "editor", "author", "contributor", "subscriber"})

# What makes an account more than a member's. CiviCRM writes its permissions as capabilities, with
# underscores (recording users-create).
POWERS = frozenset(
    {
        "activate_plugins",
        "administer_civicrm",
        "administer_civicrm_data",
        "administer_civicrm_system",
        "all_civicrm_permissions_and_acls",
        "create_users",
        "delete_plugins",
        "delete_themes",
        "delete_users",
        "edit_files",
        "edit_plugins",
        "edit_themes",
        "edit_users",
        "export",
        "import",
        "install_plugins",
        "install_themes",
        "list_users",
        "manage_network",
        "manage_options",
        "manage_sites",
        "manage_woocommerce",
        "promote_users",
        "remove_users",
        "switch_themes",
        "unfiltered_html",
        "unfiltered_upload",
        "update_core",
        "update_plugins",
        "update_themes",
    }
)
ASKED = ",".join(
    ("id", "username", "email", "roles", "locale", *FIELDS, "capabilities", "extra_capabilities")
)
_NEEDED = ("id", "username", "email", "roles")
_ID = re.compile(r"[1-9][0-9]*")


def account_from(user: object) -> Account | None:
    """The account that a user in edit context is; None when it lacks what every user has."""
    if not isinstance(user, dict) or any(key not in user for key in _NEEDED):
        return None
    return Account(
        id=str(user["id"]),
        username=str(user["username"]),
        email=_text(user["email"]),
        roles=frozenset(_names(user["roles"])),
        fields={name: _text(user[name]) for name in FIELDS if name in user},
        language=str(user["locale"]) if user.get("locale") else None,
        powers=powers_in(granted(user.get("capabilities"))),
    )


def is_id(text: str) -> bool:
    """Whether WordPress calls a user so: `me` is our own user, and 07 the one called 7."""
    return _ID.fullmatch(text) is not None


def granted(capabilities: object) -> frozenset[str]:
    """The capabilities that are there and true; PHP writes none of them as an empty list."""
    if not isinstance(capabilities, dict):
        return frozenset()
    return frozenset(str(name) for name, given in capabilities.items() if given)


def powers_in(capabilities: Iterable[str]) -> frozenset[str]:
    """Those of the capabilities that make an account privileged."""
    return frozenset(name for name in capabilities if _underscored(name) in POWERS)


def powerful_role(user: object) -> str | None:
    """The role that gives this user power: the only role of one whose power is not personal."""
    if not isinstance(user, dict):
        return None
    roles = list(_names(user.get("roles")))
    personal = granted(user.get("extra_capabilities"))
    by_role = powers_in(granted(user.get("capabilities")) - personal)
    return roles[0] if by_role and len(roles) == 1 else None


def body_for(
    *,
    roles: Iterable[str] | None,
    fields: Mapping[str, str],
    email: str | None,
    password: str | None,
    locale: str | None,
) -> dict[str, object]:
    """What is sent for a user; None is left out, and WordPress leaves it as it is."""
    given: dict[str, object | None] = {
        "roles": None if roles is None else sorted(roles),
        "email": email,
        "password": password,
        "locale": locale,
        **fields,
    }
    return {name: value for name, value in given.items() if value is not None}


def locale_for(language: str | None, locales: frozenset[str]) -> str | None:
    """The site's locale for a language such as fr_FR; None where it has none.

    WordPress calls some languages by the first part alone: fi, ja, el.
    """
    if not language:
        return None
    name = language.replace("-", "_")
    return next((locale for locale in (name, name.partition("_")[0]) if locale in locales), None)


def stored_address(email: str) -> str:
    """An address as WordPress stores it and looks for it."""
    return email.replace("&", "&amp;")


def _text(value: object) -> str:
    """A text as it was meant: WordPress stores `&` in names and addresses as `&amp;`."""
    return unescape(str(value))


def _names(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        return (str(name) for name in value.values())
    return (str(name) for name in value) if isinstance(value, list) else ()


def _underscored(capability: str) -> str:
    return capability.lower().replace(" ", "_")
