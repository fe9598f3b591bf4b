"""A fresh look at every contact of a slice, before anything is written."""

from collections.abc import Sequence
from dataclasses import replace

from latchkey.policy.matching import Findings, Match, match
from latchkey.policy.planning import Decision, Verdict, as_wished, decide
from latchkey.policy.reasons import Why, because
from latchkey.policy.values import Account, Contact, same_address
from latchkey.service.provisioning import settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.planning import GIVES, name_accounts, write_decision
from latchkey.service.provisioning.reading import findings
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import accounts, crossings
from latchkey.store.models import Change, Plan, State


def examine(work: Assignment, cases: Sequence[Case]) -> None:
    """Read the contacts again; decide again where something may have changed since the plan."""
    under_way = [case for case in cases if case.is_due]
    _read(work, under_way)
    _let_earlier_rules_shape(work, at(under_way, State.DUE))
    to_make = at(under_way, State.DUE, State.CREATING)
    still_right = [case for case in to_make if _stands(work, case)]
    for case in still_right:
        case.decision = decide(work.rule, case.known_contact, Match(), work.privileged)
    look_again(work, [case for case in to_make if case.decision is None])
    made = at(under_way, State.MADE, State.TOLD, State.WRITTEN_BACK)
    with talking_to(work.row.site):
        there = work.site.get([case.change.account_id for case in made]) if made else {}
    for case in made:
        case.account = there.get(case.change.account_id)
        if case.account is None:
            settling.hold(case, because(Why.ACCOUNT_GONE, account_id=case.change.account_id))


def look_again(work: Assignment, cases: Sequence[Case]) -> None:
    """Look in both systems and decide anew; an account that is already ours is recognised."""
    if not cases:
        return
    earlier = [_as_begun(case) for case in cases if may_have_made(case)]
    found = findings(work, [*(case.known_contact for case in cases), *earlier])
    for case in cases:
        case.account = _made_earlier(work, case, found)
        if case.account is None:
            _decide(work, case, match(case.known_contact, found))


def may_have_made(case: Case) -> bool:
    """Whether a try whose answer was lost may have made the account."""
    return bool((case.was_creating or case.lost) and case.change.intended_username)


def _let_earlier_rules_shape(work: Assignment, cases: Sequence[Case]) -> None:
    """The first rule of a site that applies makes the account; the others add to it."""
    ids = [case.change.contact_id for case in cases if case.change.verdict == Verdict.CREATE]
    waiting = crossings.shaped_first(work.row, ids) if ids else set()
    for case in cases:
        if case.change.contact_id in waiting:
            settling.put_off(work, case)


def _read(work: Assignment, cases: Sequence[Case]) -> None:
    if not cases:
        return
    with talking_to(work.row.crm):
        contacts = work.crm.contacts_by_id([one.change.contact_id for one in cases], work.fields)
    for case in cases:
        contact = contacts.get(case.change.contact_id)
        if contact is None:
            settling.drop(case, because(Why.GONE_FROM_CRM))
        else:
            case.contact = as_wished(contact, case.change.wish)


def _stands(work: Assignment, case: Case) -> bool:
    """Whether a planned creation may go on without another look at the site.

    The site itself refuses a second account with the same address, and then we look.
    """
    change, contact = case.change, case.known_contact
    return (
        change.state == State.DUE
        and change.verdict == Verdict.CREATE
        and change.modified == contact.modified
        and change.rule_version == work.row.version
        and contact.account_id is None
        and not contact.is_deleted
    )


def _as_begun(case: Case) -> Contact:
    """The contact with the address that the creation was begun with; it may have another by now."""
    return replace(case.known_contact, email=case.change.email, on_hold=False)


def _made_earlier(work: Assignment, case: Case, found: Findings) -> Account | None:
    """The account that an earlier try of this change made, when its answer was lost.

    A clash in the first try is no such thing: that account is somebody's.
    """
    if not may_have_made(case):
        return None
    intended = case.change.intended_username.casefold()
    for contact in (case.known_contact, _as_begun(case)):
        matched, email = match(contact, found), same_address(contact.email or "")
        for account in (matched.linked, matched.by_key, *matched.by_email):
            if account is None or _is_anothers(work, case, account, matched):
                continue
            if account.username.casefold() == intended and same_address(account.email) == email:
                return account
    return None


def _is_anothers(work: Assignment, case: Case, account: Account, matched: Match) -> bool:
    """Whether the account is linked to another contact, and not because the site chose that one.

    A site that hosts the CRM links whoever has the address, or a contact that it makes itself.
    """
    if accounts.owned_elsewhere(work.row.site, work.row.crm, [account.id]):
        return True
    if account.id not in matched.owners:
        return False
    if not work.hosted or not (case.was_creating or case.lost):
        return True
    recorded = accounts.owners(work.row.site, work.row.crm, [account.id])
    return recorded.get(account.id, case.change.contact_id) != case.change.contact_id


def _decide(work: Assignment, case: Case, matched: Match) -> None:
    contact, change = case.known_contact, case.change
    case.decision = decide(work.rule, contact, matched, work.privileged, change.wish)
    if difference := _unlike_what_was_shown(work, change, contact, case.decision):
        settling.hold(case, because(Why.CHANGED_SINCE_PLAN, difference=difference))
        return
    was_creating = change.state == State.CREATING
    write_decision(work, change, contact, case.decision)
    settling.as_decided(case)
    if case.decision.verdict is Verdict.CREATE:
        change.state = State.CREATING if was_creating else State.DUE
        if not change.intended_username:
            name_accounts(work, [change], {contact.id: contact})


def _unlike_what_was_shown(
    work: Assignment, change: Change, contact: Contact, decision: Decision
) -> str:
    """How a change of a released plan differs from what was released, empty when it does not.

    A change that has been begun is carried to its end.
    """
    if change.plan is None or change.plan.state != Plan.State.RELEASED or change.attempts:
        return ""
    if change.state != State.DUE:
        return ""
    gave, gives = change.details.get(GIVES, ""), decision.gives
    if decision.verdict is not Verdict.CREATE and change.rule_version == work.row.version:
        # What an account lacks changes with the account.
        gave = gives
    compared = (
        ("decision", change.verdict, decision.verdict.value),
        ("name", change.contact_name, contact.display_name[:300]),
        ("e-mail", change.email, (contact.email or "")[:254]),
        ("roles and fields", gave, gives),
    )
    return ", ".join(
        f"{what} {was or 'none'} → {now or 'none'}" for what, was, now in compared if was != now
    )
