"""Why Joomla refused an account: looked up afterwards, since it tells in its own language only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import Conflict, RejectedError, RemoteError
from latchkey.sites.joomla.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for that another account may have; None is nothing. `own` is the account."""

    email: str | None
    username: str | None
    own: str = ""


class Lookup(Protocol):
    """Where accounts are looked up."""

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """As of a Site."""

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """As of a Site."""


def settled_clashes(
    outcomes: Sequence[Account | RemoteError | Refusal], asked: Sequence[Asked], lookup: Lookup
) -> list[Account | RemoteError]:
    """The outcomes with every Refusal a Conflict that names its account, or a RejectedError.

    Where looking fails, that failure takes the place of the Refusal: nothing was done.
    """
    refused = [one for one, out in zip(asked, outcomes, strict=True) if isinstance(out, Refusal)]
    try:
        names = lookup.find_by_usernames([one.username for one in refused if one.username])
        addresses = lookup.find_by_emails([one.email for one in refused if one.email])
    except RemoteError as error:
        return [error if isinstance(out, Refusal) else out for out in outcomes]
    return [
        _error(out, one, names, addresses) if isinstance(out, Refusal) else out
        for one, out in zip(asked, outcomes, strict=True)
    ]


def _error(
    refusal: Refusal,
    asked: Asked,
    names: Mapping[str, Account],
    addresses: Mapping[str, list[Account]],
) -> RejectedError:
    """Joomla looks at the username first (recording create_duplicate_both)."""
    named = names.get((asked.username or "").casefold())
    if named is not None and named.id != asked.own:
        return Conflict("Another account has this username.", "username", named)
    for other in addresses.get(same_address(asked.email or ""), ()):
        if other.id != asked.own:
            return Conflict("Another account has this e-mail address.", "email", other)
    return RejectedError(f"Joomla refused: {refusal.said}")
