"""What the script refuses before anything is saved, by the same codes."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from latchkey.practice.phpcms.users import FIELDS, LANGUAGES, ROLES, Users

LONGEST_NAME = 60
LONGEST_MAIL = 254
# As `user_validate_name` of both: Latin letters and digits, anything printable beyond, and these.
_ILLEGAL = re.compile(
    r"[^\u0080-\U0010ffff a-z0-9@+_.'-]|[\u0080-\u00a0\u00ad\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\ufeff\uff01-\uff60\ufff9-\ufffd\u0000-\u001f]",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_WHOLE = re.compile(r"-?\d+")


class Refusal(Exception):  # noqa: N818 - as the script names it
    """What stands against a command, by its code."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def name(given: str) -> str:
    """The name, when it is one."""
    wrong = not given or given != given.strip(" ") or "  " in given or _ILLEGAL.search(given)
    if wrong or len(given) > LONGEST_NAME:
        raise Refusal("bad_name")
    return given


def mail(given: str) -> str:
    """The address, when it is one."""
    if not _MAIL.fullmatch(given) or len(given.encode()) > LONGEST_MAIL:
        raise Refusal("bad_mail")
    return given


def password(given: str) -> str:
    """The password, unless it is empty."""
    if not given.strip():
        raise Refusal("bad_password")
    return given


def roles(given: Iterable[str]) -> list[str]:
    """The roles, when there are such."""
    wanted = list(given)
    for role in wanted:
        if role not in ROLES:
            raise Refusal("unknown_role", what=role)
    return wanted


def fields(given: Mapping[str, object]) -> dict[str, str]:
    """The values of fields as text, when there are such fields and they take them."""
    for field, value in given.items():
        if field not in FIELDS:
            raise Refusal("unknown_field", what=field)
        if not isinstance(value, str | int | float) or not _fits(str(value), FIELDS[field]):
            raise Refusal("bad_field", what=field)
    return {field: str(value) for field, value in given.items()}


def language(given: Iterable[str]) -> str:
    """The first that is switched on; empty for the site's own."""
    return next((code for code in given if code in LANGUAGES), "")


def free(users: Users, column: str, value: str, but: int = 0) -> int | None:
    """Whose it is already, None when it is nobody's but that user's own."""
    return next((uid for uid in users.having(column, [value]) if uid != but), None)


def _fits(value: str, longest: int | None) -> bool:
    if longest is None:
        return not value or _WHOLE.fullmatch(value) is not None
    return len(value) <= longest
