"""What a page of contacts finds on the site and in the CRM: a fixed number of requests a page."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from latchkey.policy.matching import Findings
from latchkey.policy.planning import ineligible
from latchkey.policy.values import Account, Contact, account_key, same_address
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.talking import talking_to
from latchkey.sites.contract import Support
from latchkey.store import accounts
from latchkey.store.connections import FILE


def findings(work: Assignment, contacts: Sequence[Contact]) -> Findings:
    """Everything that the decisions about these contacts need to know."""
    links = links_of(work, contacts)
    open_cases = [
        contact
        for contact in contacts
        if contact.id not in links and ineligible(work.rule, contact) is None
    ]
    emails = sorted({same_address(contact.email or "") for contact in open_cases})
    with talking_to(work.row.site):
        linked = work.site.get(sorted(set(links.values()))) if links else {}
        by_email = work.site.find_by_emails(emails) if emails else {}
        by_key = _by_key(work, open_cases)
    seen = [*by_key.values(), *(one for found in by_email.values() for one in found)]
    with talking_to(work.row.crm):
        holders = work.crm.holders(emails) if emails else {}
    owned = work.ends.owners(sorted({account.id for account in seen}))
    others = owned_elsewhere(work, seen, {account.id for account in by_key.values()})
    return Findings(links, owned, others, linked, by_key, by_email, holders)


def pages(work: Assignment) -> Iterator[list[Contact]]:
    """Everybody in the rule's triggers, page by page, ascending by id."""
    with talking_to(work.row.crm):
        yield from work.crm.contacts(work.triggers, work.fields)


def owned_elsewhere(
    work: Assignment, seen: Iterable[Account], keyed: Collection[str]
) -> dict[str, str]:
    """The accounts that belong to a contact of another CRM, with that contact in words.

    Those with our key (`keyed`) were made by us, whomever the site linked with them by itself.
    """
    ids = sorted({account.id for account in seen})
    host = work.row.site.hosts_crm
    found = accounts.owned_elsewhere(work.row.site, work.row.crm, ids) if ids else {}
    doubtful = [one for one in ids if one not in keyed]
    if not doubtful or host is None or work.hosted or work.row.crm.kind == FILE:
        return found
    with talking_to(host):
        links = work.installation.connect.crm(host).links(account_ids=doubtful)
    hosted = {link.account_id: accounts.in_words(link.contact_id, host.name) for link in links}
    return {**hosted, **found}


def links_of(work: Assignment, contacts: Sequence[Contact]) -> dict[int, str]:
    """Account ids by contact id; the unlinked are absent."""
    if work.hosted:
        return {contact.id: contact.account_id for contact in contacts if contact.account_id}
    return work.ends.accounts_of([contact.id for contact in contacts])


def _by_key(work: Assignment, contacts: Sequence[Contact]) -> dict[int, Account]:
    if work.spec.capabilities.key is Support.NONE or not contacts:
        return {}
    keys = {account_key(work.row.crm.key, one.id, work.row.site.key): one.id for one in contacts}
    return {keys[key]: account for key, account in work.site.find_by_keys(list(keys)).items()}
