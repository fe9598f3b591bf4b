"""Carries changed e-mail addresses between a site and its CRM, page by page; default off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import structlog

from latchkey.policy.email_changes import Course, EmailChange, EmailChanges, follow
from latchkey.policy.values import Account, AccountChange, same_address
from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.mail import Mail
from latchkey.service.ends import Ends, open_ends
from latchkey.service.installation import Installation
from latchkey.service.provisioning.talking import stop_if_unavailable, talking_to
from latchkey.store import accounts, settings_log
from latchkey.store.models import Connection

BY = "latchkey"
log = structlog.get_logger()


def carry_email_changes(
    installation: Installation, site_row: Connection, way: EmailChanges
) -> Iterator[EmailChange]:
    """What came of every linked account whose address differs from its contact's.

    RejectedError where CiviCRM itself carries addresses to the site: each would undo the other.
    """
    ends = open_ends(installation, site_row)
    with talking_to(ends.crm_row):
        if ends.hosted and ends.crm.synchronises_email():
            raise RejectedError("CiviCRM itself carries addresses to its site (syncCMSEmail).")
    with talking_to(site_row):
        privileged = ends.site.privileged_roles()
        for page in ends.site.accounts():
            wanted = _differing(ends, page, way, privileged)
            yield from _carried(installation, ends, _with_free_addresses(ends, wanted, way), way)


def _differing(
    ends: Ends, page: Sequence[Account], way: EmailChanges, privileged: frozenset[str]
) -> list[EmailChange]:
    owners = ends.owners([account.id for account in page])
    if not owners:
        return []
    with talking_to(ends.crm_row):
        contacts = ends.crm.contacts_by_id(sorted(set(owners.values())), frozenset())
    looked_at = [
        follow(account, contacts[owners[account.id]], way, privileged)
        for account in page
        if owners.get(account.id) in contacts
    ]
    return [one for one in looked_at if one.course is not Course.NOTHING]


def _with_free_addresses(
    ends: Ends, wanted: Sequence[EmailChange], way: EmailChanges
) -> list[EmailChange]:
    """An address that somebody else has is held."""
    emails = sorted({same_address(one.after) for one in wanted})
    if not emails:
        return []
    if way is EmailChanges.CRM_TO_SITE:
        taken = set(ends.site.find_by_emails(emails))
    else:
        with talking_to(ends.crm_row):
            taken = set(ends.crm.holders(emails))
    said = "another has the address {} already"
    return [
        replace(one, course=Course.HOLD, sentence=said.format(one.after))
        if one.course is Course.CARRY and same_address(one.after) in taken
        else one
        for one in wanted
    ]


def _carried(
    installation: Installation, ends: Ends, wanted: Sequence[EmailChange], way: EmailChanges
) -> Iterator[EmailChange]:
    yield from (one for one in wanted if one.course is Course.HOLD)
    carried = [one for one in wanted if one.course is Course.CARRY]
    for one in carried:
        log.info("address to be carried", site=str(ends.site_row), account=one.account.id)
    gone: list[RemoteError] = []
    for one, error in _outcomes(ends, carried, way):
        if isinstance(error, TransientError | SiteError):
            # Whoever's address was carried before is told all the same: there is no next time.
            gone.append(error)
            continue
        if error is not None:
            yield replace(one, course=Course.HOLD, sentence=str(error))
            continue
        what = f"e-mail of {one.account.username} ({one.account.id}, contact {one.contact_id})"
        settings_log.write(BY, f"{what} on {ends.site_row.name}"[:200], one.before, one.after)
        _record(ends, one, way)
        _tell_old_address(installation, ends, one)
        yield one
    with talking_to(ends.site_row if way is EmailChanges.CRM_TO_SITE else ends.crm_row):
        stop_if_unavailable(gone)


def _record(ends: Ends, one: EmailChange, way: EmailChanges) -> None:
    to_site = way is EmailChanges.CRM_TO_SITE
    account = replace(one.account, email=one.after) if to_site else one.account
    known = accounts.Known(account, one.contact_id, frozenset(), created_by_us=False)
    accounts.record(ends.site_row, ends.crm_row, [known])


def _outcomes(
    ends: Ends, carried: Sequence[EmailChange], way: EmailChanges
) -> Iterator[tuple[EmailChange, RemoteError | None]]:
    """What became of each; a CRM that gives out is asked for no more."""
    if way is EmailChanges.CRM_TO_SITE:
        wanted = [AccountChange(one.account, email=one.after) for one in carried]
        outcomes = ends.site.update(wanted) if wanted else []
        for one, outcome in zip(carried, outcomes, strict=True):
            error = outcome if isinstance(outcome, RemoteError) else None
            yield one, _looked_after(ends, one, way, error)
        return
    for one in carried:
        error = _error_of_contact(ends, one)
        yield one, _looked_after(ends, one, way, error)
        if isinstance(error, TransientError | SiteError):
            return


def _error_of_contact(ends: Ends, one: EmailChange) -> RemoteError | None:
    try:
        ends.crm.set_primary_email(one.contact_id, one.after)
    except RemoteError as error:
        return error
    return None


def _looked_after(
    ends: Ends, one: EmailChange, way: EmailChanges, error: RemoteError | None
) -> RemoteError | None:
    """None where the answer was lost, but the address is there."""
    if not isinstance(error, UnknownOutcome):
        return error
    try:
        if way is EmailChanges.CRM_TO_SITE:
            account = ends.site.get([one.account.id]).get(one.account.id)
            there = account.email if account else ""
        else:
            contact = ends.crm.contacts_by_id([one.contact_id], frozenset()).get(one.contact_id)
            there = (contact.email or "") if contact else ""
    except RemoteError:
        return error
    return None if same_address(there) == same_address(one.after) else error


def _tell_old_address(installation: Installation, ends: Ends, one: EmailChange) -> None:
    if installation.mailer is None or not one.before:
        return
    text = (
        f"Your e-mail address at {ends.site_row.name} was changed from {one.before} to "
        f"{one.after}.\n\nIf that was not you, please write to the organisation at once.\n"
    )
    try:
        installation.mailer.send(Mail(one.before, "Your e-mail address was changed", text))
    except RemoteError as error:
        log.warning("old address not told", account=one.account.id, reason=str(error))
