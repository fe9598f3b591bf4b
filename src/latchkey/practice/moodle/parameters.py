"""What each value of a user has to be, as Moodle's external functions declare it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from latchkey.practice.moodle.errors import INVALID_VALUE, invalid

_USERNAME = re.compile(r"[-.@_a-z0-9]*")
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")
_TAG = re.compile(r"<[^>]*>?")
_LETTERS = re.compile(r"[A-Za-z]*")

FIELDS: Final = (
    "firstname",
    "lastname",
    "institution",
    "department",
    "city",
    "country",
    "address",
    "phone1",
    "phone2",
)
_OWN: Final = frozenset({*FIELDS, "username", "password", "auth", "email", "idnumber", "lang"})
CREATING: Final = _OWN | {"createpassword", "customfields", "preferences"}
CHANGING: Final = _OWN | {"id", "suspended", "customfields", "preferences"}
REQUIRED: Final = ("username", "firstname", "lastname", "email")


def is_address(text: str) -> bool:
    """Whether Moodle takes it as an e-mail address."""
    return _EMAIL.fullmatch(text) is not None


def is_username(text: str) -> bool:
    """Whether Moodle takes it as a username: lower case, few signs."""
    return _USERNAME.fullmatch(text) is not None


_CHECKS: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "username": ("username", is_username),
    "firstname": ("notags", lambda text: _TAG.search(text) is None),
    "lastname": ("notags", lambda text: _TAG.search(text) is None),
    "city": ("notags", lambda text: _TAG.search(text) is None),
    "country": ("alpha", lambda text: _LETTERS.fullmatch(text) is not None),
    "suspended": ("bool", lambda text: text in ("0", "1")),
    "createpassword": ("bool", lambda text: text in ("0", "1")),
    "id": ("int", lambda text: text.lstrip("-").isdigit()),
}


def users_in(params: Mapping[str, Any], known: frozenset[str], required: tuple[str, ...]) -> Any:
    """The users of a call. MoodleError for a key or a value that is not declared."""
    users = params.get("users")
    if not isinstance(users, list):
        raise invalid("Missing required key in single structure: users")
    for user in users:
        _check(user, known, required)
    return users


def _check(user: Any, known: frozenset[str], required: tuple[str, ...]) -> None:
    within = f"users => {INVALID_VALUE}: "
    if not isinstance(user, dict):
        raise invalid(f"{within}Only arrays accepted.")
    for name in required:
        if name not in user:
            raise invalid(f"{within}Missing required key in single structure: {name}")
    for name, (kind, fits) in _CHECKS.items():
        if name in user and not fits(str(user[name])):
            raise invalid(
                f"{within}{name} => {INVALID_VALUE}: Invalid external api parameter: the value is "
                f'"{user[name]}", the server was expecting "{kind}" type'
            )
    unexpected = sorted(set(user) - known)
    if unexpected:
        raise invalid(
            f"{within}Unexpected keys ({', '.join(unexpected)}) detected in parameter array."
        )
