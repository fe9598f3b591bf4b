"""Which account is a contact's: by link, else by our key, else by exact e-mail; never by name."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from latchkey.policy.values import Account, Contact, same_address


@dataclass(frozen=True, slots=True)
class Match:
    """What was found for one contact.

    `linked_id` is the account id of the contact's link, None without one; `linked` that account,
    None when it is gone. `owners` tells for accounts found which other contact they are linked to,
    `elsewhere` in words to which contact of another CRM.
    `sharers` are the other living, untrashed individuals with the same primary address, ascending.
    """

    linked_id: str | None = None
    linked: Account | None = None
    by_key: Account | None = None
    by_email: tuple[Account, ...] = ()
    owners: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    sharers: tuple[int, ...] = ()

    @property
    def candidates(self) -> tuple[Account, ...]:
        """The accounts that could be the contact's: the one with our key, else those by e-mail."""
        return (self.by_key,) if self.by_key else self.by_email


@dataclass(frozen=True, slots=True)
class Findings:
    """What a page of contacts found on the site and in the CRM, before it is sorted out by contact.

    `links` is account id by contact id; `owners` contact id by account id; `elsewhere` by
    account id, in words, the contact of another CRM that it is linked to; `accounts` by id;
    `by_email` and `holders` are keyed by `same_address`; `by_key` by contact id.
    """

    links: Mapping[int, str] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)
    by_key: Mapping[int, Account] = field(default_factory=dict)
    by_email: Mapping[str, list[Account]] = field(default_factory=dict)
    holders: Mapping[str, list[int]] = field(default_factory=dict)


def match(contact: Contact, found: Findings) -> Match:
    """The part of the findings that concerns this contact."""
    address = same_address(contact.email or "")
    linked_id = found.links.get(contact.id)
    by_email = tuple(found.by_email.get(address, ())) if address else ()
    by_key = found.by_key.get(contact.id)
    seen = [account.id for account in (*by_email, *((by_key,) if by_key else ()))]
    return Match(
        linked_id=linked_id,
        linked=found.accounts.get(linked_id) if linked_id else None,
        by_key=by_key,
        by_email=by_email,
        owners={
            account_id: found.owners[account_id]
            for account_id in seen
            if found.owners.get(account_id, contact.id) != contact.id
        },
        elsewhere={
            account_id: found.elsewhere[account_id]
            for account_id in seen
            if account_id in found.elsewhere and account_id not in found.owners
        },
        sharers=tuple(sorted(i for i in found.holders.get(address, ()) if i != contact.id)),
    )
