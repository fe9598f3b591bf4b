"""Which contact an account without a link belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from latchkey.policy.planning import valid_address
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account


class UsersToContacts(StrEnum):
    """What is done for accounts without a link."""

    OFF = "off"
    MATCH = "match"
    CREATE = "create"


class Pairing(StrEnum):
    """What is to be done about one account."""

    LINK = "link"
    CREATE = "create"
    HOLD = "hold"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Pair:
    """What was found for an account. `contact_id` is the contact to link, None without one."""

    account: Account
    pairing: Pairing
    contact_id: int | None
    sentence: str


def pair(  # noqa: PLR0911 - one return a case, in the order in which they are looked at
    account: Account,
    holders: Sequence[int],
    taken: frozenset[int],
    mode: UsersToContacts,
    privileged: frozenset[str],
) -> Pair:
    """The contact of an account that is linked to nobody.

    `holders` are the living individuals with its address as primary one; `taken` are those of them
    who have an account on this site already.
    """
    if not valid_address(account.email):
        return Pair(account, Pairing.NOBODY, None, "the account has no valid e-mail address")
    if is_privileged(account, privileged):
        return Pair(account, Pairing.HOLD, None, "the account is privileged; link it by hand")
    if len(holders) > 1:
        names = ", ".join(str(contact_id) for contact_id in holders)
        return Pair(account, Pairing.HOLD, None, f"contacts {names} have its address")
    if holders and holders[0] in taken:
        sentence = f"contact {holders[0]} has its address and another account"
        return Pair(account, Pairing.HOLD, None, sentence)
    if holders:
        return Pair(account, Pairing.LINK, holders[0], f"contact {holders[0]} has its address")
    if mode is UsersToContacts.CREATE:
        return Pair(account, Pairing.CREATE, None, "nobody has its address; a contact is made")
    return Pair(account, Pairing.NOBODY, None, "nobody has its address")
