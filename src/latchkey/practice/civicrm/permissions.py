"""What a key may do: permissions of entities and actions, and which rows it sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from latchkey.practice.civicrm.errors import Forbidden
from latchkey.practice.civicrm.schema import Entity, Field

ACCESS: Final = "access CiviCRM"
ADMINISTER: Final = "administer CiviCRM"
DEBUG: Final = "view debug output"
EDIT_ALL: Final = "edit all contacts"
VIEW_ALL: Final = "view all contacts"
VIEW_ACTIVITIES: Final = "view all activities"
BY_API_KEY: Final = "authenticate with api key"

ALL: Final = frozenset(
    {
        ACCESS,
        ADMINISTER,
        DEBUG,
        EDIT_ALL,
        VIEW_ALL,
        VIEW_ACTIVITIES,
        BY_API_KEY,
        "add contacts",
        "delete contacts",
        "delete activities",
    }
)

_IMPLIED: Final[Mapping[str, tuple[str, ...]]] = {
    EDIT_ALL: (VIEW_ALL,),
    ADMINISTER: (ACCESS,),
}


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks; all None and no permission for a request without credential."""

    contact_id: int | None
    user_id: int | None
    permissions: frozenset[str]
    flow: str | None = None
    credential: str | None = None

    def may(self, permission: str) -> bool:
        """Whether a permission was granted, or one that implies it."""
        return permission in self.permissions or any(
            permission in implied and each in self.permissions for each, implied in _IMPLIED.items()
        )


ANONYMOUS: Final = Requester(None, None, frozenset())

_Needs = tuple[str, ...]
_LOCATED: Final[Mapping[str, _Needs]] = {
    "get": (ACCESS, VIEW_ALL),
    "delete": (ACCESS, "delete contacts"),
    "default": (ACCESS, EDIT_ALL),
}
_READ_OPENLY: Final[Mapping[str, _Needs]] = {"get": (ACCESS,), "default": (ADMINISTER,)}
_NEEDS: Final[dict[str, Mapping[str, _Needs]]] = {
    "Contact": {
        "get": (),
        "create": (ACCESS, "add contacts"),
        "delete": (ACCESS, "delete contacts"),
        "update": (ACCESS, EDIT_ALL),
        "getChecksum": (ACCESS, EDIT_ALL),
        "validateChecksum": (ACCESS,),
        "default": (ACCESS, EDIT_ALL),
    },
    "Email": _LOCATED,
    "Phone": _LOCATED,
    "Address": _LOCATED,
    "Group": _READ_OPENLY,
    "GroupContact": {"get": (ACCESS,), "default": (ACCESS, EDIT_ALL)},
    "Tag": _READ_OPENLY,
    "EntityTag": {"get": (ACCESS, VIEW_ALL), "default": (ACCESS, EDIT_ALL)},
    "Activity": {
        "get": (ACCESS,),
        "delete": (ACCESS, "delete activities"),
        "default": (ACCESS, VIEW_ACTIVITIES),
    },
    "ActivityContact": {"get": (ACCESS,), "default": (ACCESS, VIEW_ACTIVITIES)},
    "OptionGroup": _READ_OPENLY,
    "OptionValue": _READ_OPENLY,
    "CustomGroup": _READ_OPENLY,
    "CustomField": _READ_OPENLY,
    "Entity": {"default": (ACCESS,)},
}
_META: Final = frozenset({"getFields", "getActions"})
_ADMINISTERED: Final[Mapping[str, _Needs]] = {"default": (ADMINISTER,)}


def register(entity: str, rules: Mapping[str, _Needs]) -> None:
    """Ask for permissions at a further entity; `default` is for the actions not named."""
    _NEEDS[entity] = rules


def needs(entity: str, action: str) -> _Needs:
    """The permissions an action asks for; entities not named are for administrators."""
    if action == "checkAccess":
        return ()
    if action in _META:
        return (ACCESS,)
    rules = _NEEDS.get(entity, _ADMINISTERED)
    return rules.get(action, rules["default"])


def may_act(requester: Requester, entity: str, action: str) -> bool:
    """Whether a key has every permission that an action asks for."""
    return all(requester.may(each) for each in needs(entity, action))


def require(requester: Requester, entity: str, action: str) -> None:
    """Raise `Forbidden` when a permission is lacking (recording error-missing-permission)."""
    if not may_act(requester, entity, action):
        raise Forbidden


def readable(requester: Requester, field: Field) -> bool:
    """Whether the key sees a field at all (recording contact-get-api-key-nonadmin)."""
    return field.permission is None or requester.may(field.permission)


def row_limit(requester: Requester, entity: Entity, alias: str) -> str | None:
    """The condition that hides rows the key may not see; None when it sees all.

    An activity is seen by whoever sees one of its contacts: "view all activities" is for writing.
    """
    sees_all = requester.may(VIEW_ALL)
    own = requester.contact_id if requester.may("view my contact") else None
    match entity.name:
        case "Contact":
            column = f"{alias}.id"
        case (
            "GroupContact"
            | "SubscriptionHistory"
            | "Email"
            | "Phone"
            | "Address"
            | "ActivityContact"
        ):
            column = f"{alias}.contact_id"
        case "User" if not sees_all:
            return f"({alias}.contact_id IS NULL OR {alias}.id = {int(requester.user_id or 0)})"
        case "Activity" if own is not None and not sees_all:
            of = f"SELECT activity_id FROM civicrm_activity_contact WHERE contact_id = {int(own)}"  # noqa: S608 - a number
            return f"{alias}.id IN ({of})"
        case "Activity":
            return None if sees_all else "0"
        case _:
            return None
    if sees_all:
        return None
    return "0" if own is None else f"{column} = {int(own)}"
