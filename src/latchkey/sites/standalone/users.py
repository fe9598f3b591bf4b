"""A User of CiviCRM Standalone, which is a row of its UFMatch table, and the Account it is."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from latchkey.policy.planning import valid_address
from latchkey.policy.values import Account, NewAccount
from latchkey.remote.civicrm.answers import Row, id_of, number
from latchkey.remote.errors import RejectedError

FIELDS = ("timezone",)
SELECT = [
    "id",
    "uf_id",
    "username",
    "uf_name",
    "contact_id",
    "roles:name",
    "is_active",
    "language",
    "timezone",
    "when_last_accessed",
]
LONGEST_NAME = 60
LONGEST_ADDRESS = 128
LANGUAGE = re.compile(r"[a-z]{2}_[A-Z]{2}")
# An own uf_id keeps new users apart until the server gives them their ids. Beyond any id that a
# CiviCRM comes to, and within what it takes as a number (recording user_create_explicit_uf_id).
OF_CONTACTS = 2_000_000_000
OF_OTHERS = 2_100_000_000
MOST_CONTACTS = OF_OTHERS - OF_CONTACTS
OTHERS = 47_000_000


@dataclass(frozen=True, slots=True)
class User:
    """One row. `whole` is False while the server has not given it its own id as `uf_id`."""

    account: Account
    contact_id: int | None
    uf_id: int

    @property
    def whole(self) -> bool:
        """Whether making it came to its end."""
        return str(self.uf_id) == self.account.id


def user_from(row: Row, powers: Mapping[str, frozenset[str]]) -> User:
    """The user that a row is; `powers` are the powerful permissions by role."""
    roles = _names(row.get("roles:name"))
    contact_id = row.get("contact_id")
    account = Account(
        id=str(id_of(row)),
        username=str(row.get("username") or ""),
        email=str(row.get("uf_name") or ""),
        roles=roles,
        fields={name: str(row[name]) for name in FIELDS if row.get(name)},
        language=str(row["language"]) if row.get("language") else None,
        active=bool(row.get("is_active")),
        powers=frozenset(one for role in roles for one in powers.get(role, frozenset())),
        last_login=str(row["when_last_accessed"]) if row.get("when_last_accessed") else None,
    )
    uf_id = number(row, "uf_id")
    return User(account, None if contact_id is None else int(str(contact_id)), uf_id)


def record_of(account: NewAccount) -> dict[str, object]:
    """What is saved for a new user, without a password: none can log in until it is set."""
    record: dict[str, object] = {
        "username": account.username,
        "uf_name": account.email,
        "is_active": True,
        "roles:name": sorted(account.roles),
        "uf_id": own_uf_id(account),
        **account.fields,
    }
    if account.contact_id is not None:
        record["contact_id"] = account.contact_id
    if language := language_of(account.language):
        record["language"] = language
    return record


def own_uf_id(account: NewAccount) -> int:
    """A number that no other user has, the same for the same person each time."""
    if account.contact_id is not None and account.contact_id < MOST_CONTACTS:
        return OF_CONTACTS + account.contact_id
    return OF_OTHERS + crc32(account.email.casefold().encode()) % OTHERS


def language_of(language: str | None) -> str | None:
    """The language where it is of CiviCRM's form; anything else would be cut to it."""
    return language if language and LANGUAGE.fullmatch(language) else None


def unfit(
    *, username: str | None, email: str | None, fields: Mapping[str, str]
) -> RejectedError | None:
    """What Standalone would take without a word, and cut or keep although it is wrong."""
    if username is not None and not 0 < len(username) <= LONGEST_NAME:
        return RejectedError(f"A username has 1 to {LONGEST_NAME} characters, not {len(username)}.")
    if email is not None and not (len(email) <= LONGEST_ADDRESS and valid_address(email)):
        return RejectedError(f"{email!r} is not an e-mail address.")
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        return RejectedError(f"CiviCRM has no field {', '.join(unknown)} for users.")
    return None


def folded(text: str) -> str:
    """The form in which the database compares names and addresses: without case and accents."""
    return _bare(_bare(text).casefold()).strip()


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char))


def _names(value: object) -> frozenset[str]:
    return frozenset(str(one) for one in value if one) if isinstance(value, list) else frozenset()
