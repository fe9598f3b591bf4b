"""New contact: a name, an address and perhaps a group become a contact of the practice CRM."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from latchkey.practice import database
from latchkey.practice.civicrm import actions
from latchkey.practice.civicrm.permissions import ALL, Requester

ADDRESS: Final = "civicrm/practice/new"
_ADMINISTRATOR: Final = Requester(None, None, ALL)
_LONGEST: Final = 254
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"(?!-)[^\W_](?:[^\W_]|-)*(?<!-)"
_EMAIL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
# The browser's own check would stop the form before our sentence is seen.
_FORM: Final = Markup(
    "<details{opened}><summary>New contact</summary>{wrong}"
    '<form method="post" action="/civicrm/practice/new" novalidate autocomplete="off">'
    '<label for="first_name">First name</label>'
    '<input id="first_name" name="first_name" value="{first_name}" maxlength="64">'
    '<label for="last_name">Last name</label>'
    '<input id="last_name" name="last_name" value="{last_name}" maxlength="64">'
    '<label for="email">Email</label>'
    '<input id="email" type="email" name="email" value="{email}" maxlength="254">'
    '<label for="into">Group</label>'
    '<select id="into" name="group"><option value="">no group</option>{choices}</select>'
    "<button>Add contact</button></form></details>"
)
_WRONG: Final = Markup('<div class="notice notice-error"><p>{}</p></div>')


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form brings; `group` is the number of a group, or empty."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    group: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Typed":
        """What was typed, without the white space around it."""
        return cls(*(form.get(name, "").strip() for name in cls.__slots__))


NOTHING: Final = Typed()


def faults(typed: Typed, groups: Collection[str]) -> list[str]:
    """Why no contact can be made of this, as sentences; `groups` are those that are offered."""
    found = []
    if not (typed.first_name or typed.last_name):
        found.append("Give a first name or a last name.")
    if not typed.email:
        found.append("Give an e-mail address.")
    elif len(typed.email) > _LONGEST or _EMAIL.fullmatch(typed.email) is None:
        found.append(f"{typed.email} is not an e-mail address such as ada@example.org.")
    if typed.group and typed.group not in groups:
        found.append("Choose a group of the list.")
    return found


def form(typed: Typed, choices: Markup, wrong: Sequence[str]) -> Markup:
    """The form, folded up until something is wrong with what was typed."""
    return _FORM.format(
        opened=Markup(" open") if wrong else "",
        wrong=_WRONG.format(" ".join(wrong)) if wrong else "",
        first_name=typed.first_name,
        last_name=typed.last_name,
        email=typed.email,
        choices=choices,
    )


def add(typed: Typed) -> int:
    """The number of the new contact."""
    values = {
        "contact_type": "Individual",
        "first_name": typed.first_name,
        "last_name": typed.last_name,
        "email_primary.email": typed.email,
    }
    with database.transaction():
        contact = int(_create("Contact", values))
        if typed.group:
            joined = {"contact_id": contact, "group_id": int(typed.group), "status": "Added"}
            _create("GroupContact", joined)
    return contact


def _create(entity: str, values: Mapping[str, Any]) -> Any:
    return actions.call(_ADMINISTRATOR, entity, "create", {"values": values})["values"][0]["id"]
