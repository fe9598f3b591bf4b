"""A Joomla user, as the Web Services write one, and the Account it is."""

import re
from collections.abc import Iterable, Mapping

from latchkey.policy.values import Account
from latchkey.sites.joomla.api import STANDARD, Attributes
from latchkey.sites.joomla.groups import Tree

NAME = "name"
_NEEDED = ("id", "username", "email", "block")
_ID = re.compile(r"[1-9][0-9]*")
_LANGUAGE = re.compile(r"([a-z]{2,3})[_-]([A-Z]{2})")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def account_from(user: Attributes, groups: Iterable[int], tree: Tree) -> Account | None:
    """The account that a user in these groups is; None when it lacks what every user has."""
    if any(key not in user for key in _NEEDED):
        return None
    ids = frozenset(groups)
    return Account(
        id=str(user["id"]),
        username=str(user["username"]),
        email=readable(str(user["email"])),
        roles=tree.roles(ids),
        fields=_fields(user),
        active=str(user["block"]) == "0",
        powers=tree.roles(ids & tree.powerful),
        last_login=_moment(user.get("lastvisitDate")),
    )


def is_id(text: str) -> bool:
    """Whether Joomla calls a user so; 07 is no name of the one called 7."""
    return _ID.fullmatch(text) is not None


def group_ids(user: Attributes) -> frozenset[int]:
    """The groups of a user by itself: `{"2": 2}`, and an empty list or object for none."""
    held = user.get("groups")
    ids = held.values() if isinstance(held, dict) else held if isinstance(held, list) else ()
    return frozenset(int(str(one)) for one in ids if str(one).isdecimal())


def group_titles(user: Attributes) -> list[str] | None:
    """The groups of a user in a list; None where they cannot be told from its text."""
    names, count = user.get("group_names"), user.get("group_count")
    titles = [title for title in str(names or "").split("\n") if title]
    return titles if len(titles) == count else None


def readable(email: str) -> str:
    """An address as it is written: Joomla keeps its domain in Punycode, and lists it so."""
    local, at, domain = email.rpartition("@")
    if "xn--" not in domain.lower():
        return email
    try:
        return f"{local}{at}{domain.encode('ascii').decode('idna')}"
    except UnicodeError:
        return email


def searchable(email: str) -> str:
    """An address as Joomla keeps it."""
    local, at, domain = email.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return email


def params_for(language: str | None) -> dict[str, object]:
    """The parameters that give a new user its language, in Joomla's form: fr-FR."""
    found = _LANGUAGE.fullmatch(language or "")
    return {"params": {"language": f"{found[1]}-{found[2]}"}} if found else {}


def foreign(fields: Mapping[str, str], own: frozenset[str]) -> list[str]:
    """The fields that the site does not have: Joomla takes them without a word, and forgets."""
    return sorted(set(fields) - own - {NAME})


def _fields(user: Attributes) -> dict[str, str]:
    return {key: _text(value) for key, value in user.items() if key == NAME or key not in STANDARD}


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _moment(value: object) -> str | None:
    """ISO 8601: Joomla writes UTC without saying so, and older versions write zeros for never."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value) or value.startswith("0000"):
        return None
    return f"{value.replace(' ', 'T')}Z"
