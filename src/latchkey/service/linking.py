"""Users to contacts: accounts that nobody linked find their contacts, page by page."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from latchkey.policy.pairing import Pair, Pairing, UsersToContacts, pair
from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import RemoteError
from latchkey.service.ends import Ends, open_ends
from latchkey.service.installation import Installation
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import connections
from latchkey.store.models import Connection


def preview_users(
    installation: Installation, site_row: Connection, mode: UsersToContacts
) -> Iterator[Pair]:
    """What would be done for every account without a link. Nothing is written."""
    ends = open_ends(replace(installation, connect=installation.connect.dry()), site_row)
    for page in _unlinked(ends):
        yield from _pairs(ends, page, mode)


def link_users(
    installation: Installation, site_row: Connection, mode: UsersToContacts
) -> Iterator[Pair]:
    """Do it; what came of every account. Stopped anywhere, it goes on where it was.

    An account that could not be linked comes as held, with the reason.
    """
    ends = open_ends(installation, site_row)
    for page in _unlinked(ends):
        yield from _carry_out(ends, _pairs(ends, page, mode))
    connections.paired(site_row)


def _unlinked(ends: Ends) -> Iterator[list[Account]]:
    with talking_to(ends.site_row):
        for page in ends.site.accounts():
            ids = [account.id for account in page]
            owned = {*ends.owners(ids), *ends.owned_elsewhere(ids)}
            yield [account for account in page if account.id not in owned]


def _pairs(ends: Ends, page: Sequence[Account], mode: UsersToContacts) -> list[Pair]:
    emails = sorted({same_address(account.email) for account in page if account.email})
    with talking_to(ends.crm_row):
        holders = ends.crm.holders(emails) if emails else {}
    taken = frozenset(ends.accounts_of(sorted({i for ids in holders.values() for i in ids})))
    with talking_to(ends.site_row):
        privileged = ends.site.privileged_roles()
    return [
        pair(account, holders.get(same_address(account.email), []), taken, mode, privileged)
        for account in page
    ]


def _carry_out(ends: Ends, pairs: Sequence[Pair]) -> list[Pair]:
    made = [_with_contact(ends, one) if one.pairing is Pairing.CREATE else one for one in pairs]
    wanted = [(one.account, one.contact_id) for one in made if one.contact_id is not None]
    errors = ends.link(wanted)
    failed = {
        account.id: error for (account, _), error in zip(wanted, errors, strict=True) if error
    }
    return [
        replace(one, pairing=Pairing.HOLD, sentence=str(failed[one.account.id]))
        if one.account.id in failed
        else one
        for one in made
    ]


def _with_contact(ends: Ends, one: Pair) -> Pair:
    """The contact is made. After a lost answer the next run finds it by its address."""
    first, last = _names(one.account)
    try:
        with talking_to(ends.crm_row):
            contact_id = ends.crm.create_contact(one.account.email, first, last)
    except RemoteError as error:
        return replace(one, pairing=Pairing.HOLD, sentence=str(error))
    return replace(one, contact_id=contact_id)


def _names(account: Account) -> tuple[str, str]:
    """First and last name as far as the site knows them; the username where it knows none."""
    first = account.fields.get("first_name", "")
    last = account.fields.get("last_name", "")
    return (first, last) if first or last else (account.username, "")
