"""Looks for links that are wrong, and says how each could be put right; repairs nothing itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from latchkey.policy.values import Account, same_address
from latchkey.service.ends import Ends, open_ends
from latchkey.service.installation import Installation
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import accounts
from latchkey.store.models import Connection


class Ailment(StrEnum):
    """What can be wrong with a link."""

    CROSSED = "crossed"
    CONTACT_GONE = "contact gone"
    ACCOUNT_GONE = "account gone"
    UNLINKED = "unlinked"
    TWO_ACCOUNTS = "two accounts"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that is wrong. `move_to` is the contact the account would be linked to, if any."""

    ailment: Ailment
    account_id: str
    username: str
    contact_id: int | None
    sentence: str
    repair: str
    move_to: int | None = None


def diagnose(installation: Installation, site_row: Connection) -> Iterator[Diagnosis]:
    """Everything that is wrong with the links of a site; reads both systems page by page."""
    ends = open_ends(installation, site_row)
    seen: dict[int, Account] = {}
    present: set[str] = set()
    with talking_to(site_row):
        for page in ends.site.accounts():
            present |= {account.id for account in page}
            yield from _of_page(ends, page, seen)
    yield from _gone(ends, present)


def repair(installation: Installation, site_row: Connection, one: Diagnosis) -> str:
    """Carry out the proposed repair of a crossed or missing link; what came of it.

    Only links are changed, never an account. ValueError when the diagnosis proposes no such thing.
    """
    if one.move_to is None:
        raise ValueError(f"{one.sentence}: {one.repair}")
    ends = open_ends(installation, site_row)
    with talking_to(site_row):
        account = ends.site.get([one.account_id]).get(one.account_id)
    if account is None:
        return "The account is gone meanwhile."
    [error] = ends.link([(account, one.move_to)])
    return str(error) if error else f"Account {account.username} is linked to {one.move_to}."


def _of_page(ends: Ends, page: Sequence[Account], seen: dict[int, Account]) -> Iterator[Diagnosis]:
    others = ends.owned_elsewhere([account.id for account in page])
    page = [account for account in page if account.id not in others]
    owners = ends.owners([account.id for account in page])
    with talking_to(ends.crm_row):
        holders = ends.crm.holders([account.email for account in page if account.email])
        contacts = ends.crm.contacts_by_id(sorted(set(owners.values())), frozenset())
    for account in page:
        owner = owners.get(account.id)
        people = holders.get(same_address(account.email), [])
        if owner is None:
            yield _unlinked(account, people)
        elif owner not in contacts or contacts[owner].is_deleted:
            yield _contact_gone(account, owner, people)
        elif people and owner not in people:
            yield _crossed(account, owner, people)
        if owner is not None and owner in seen:
            yield _two(account, seen[owner], owner)
        if owner is not None:
            seen[owner] = account


def _unlinked(account: Account, people: Sequence[int]) -> Diagnosis:
    to = people[0] if len(people) == 1 else None
    repair_ = f"link it to contact {to}, who has its address" if to else "link it by hand"
    says = "the account is linked to nobody"
    return _about(Ailment.UNLINKED, account, None, says=says, repair=repair_, move_to=to)


def _contact_gone(account: Account, owner: int, people: Sequence[int]) -> Diagnosis:
    to = people[0] if len(people) == 1 else None
    repair_ = f"link it to contact {to}, who has its address" if to else "restore the contact"
    says = f"contact {owner}, to whom it is linked, is gone or in the trash"
    return _about(Ailment.CONTACT_GONE, account, owner, says=says, repair=repair_, move_to=to)


def _crossed(account: Account, owner: int, people: Sequence[int]) -> Diagnosis:
    to = people[0] if len(people) == 1 else None
    names = ", ".join(str(one) for one in people)
    says = f"it is linked to contact {owner}, and its address belongs to contact {names}"
    repair_ = f"link it to contact {to}" if to else "decide by hand whose account it is"
    return _about(Ailment.CROSSED, account, owner, says=says, repair=repair_, move_to=to)


def _two(account: Account, other: Account, owner: int) -> Diagnosis:
    says = f"contact {owner} has this account and {other.username}"
    by_hand = "take one of the links away by hand"
    return _about(Ailment.TWO_ACCOUNTS, account, owner, says=says, repair=by_hand)


def _gone(ends: Ends, present: set[str]) -> Iterator[Diagnosis]:
    for known in accounts.linked(ends.site_row, ends.crm_row):
        if known.account_id not in present:
            yield Diagnosis(
                Ailment.ACCOUNT_GONE,
                known.account_id,
                known.username,
                known.contact_id,
                "the account that Latchkey knew is no longer on the site",
                "put the contact into the trigger again to make a new one",
            )


def _about(
    ailment: Ailment,
    account: Account,
    contact_id: int | None,
    *,
    says: str,
    repair: str,
    move_to: int | None = None,
) -> Diagnosis:
    known = (account.id, account.username, contact_id)
    return Diagnosis(ailment, *known, sentence=says, repair=repair, move_to=move_to)
