"""A run of a rule: plan, then carry out; and its smaller sisters, preview and provision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from latchkey.policy.matching import match
from latchkey.policy.planning import Decision, Verdict, decide
from latchkey.policy.values import Contact
from latchkey.remote.errors import Missing, Paused
from latchkey.service import review
from latchkey.service.installation import Installation
from latchkey.service.pausing import stop_if_paused
from latchkey.service.provisioning.assignment import Assignment, dry, open_assignment
from latchkey.service.provisioning.carrying import carry_all, to_carry
from latchkey.service.provisioning.planning import first_free, plan, plan_page, stem_of
from latchkey.service.provisioning.progress import Progress, in_words
from latchkey.service.provisioning.reading import findings, pages
from latchkey.service.provisioning.talking import UnavailableError, talking_to
from latchkey.store import connections, episodes, runs
from latchkey.store.models import Change, Plan, Rule, State


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen with one contact. `username` is the intended or the existing one."""

    contact_id: int
    name: str
    email: str
    username: str
    verdict: Verdict
    reason: str


def run_rule(installation: Installation, row: Rule, progress: Progress) -> dict[str, Any]:
    """One attempt at every change of the rule; the summary of product.md.

    UnavailableError when a connection gave out: what was begun is left to be resumed.
    RuleError when the rule cannot be carried out as it is written, Paused when it may not go on.
    """
    stop_if_paused(row)
    run = runs.begin(row)
    try:
        work = open_assignment(installation, row)
        progress.stage("reading contacts")
        plan(work, run, progress)
        prepare(work)
        number = to_carry(row)
        progress.stage(in_words(number))
        progress.planned(number)
        carry_all(work, progress)
    except UnavailableError as gone:
        if isinstance(gone.error, Paused):
            raise
        connections.pause(gone.connection, str(gone.error), installation.now(), 1)
        raise
    finally:
        summary = runs.end(run)
    connections.unpause(row.crm)
    connections.unpause(row.site)
    return summary


def preview(
    installation: Installation, row: Rule, contact_id: int | None = None
) -> Iterator[Preview]:
    """What a run would do with every contact, or with one. Nothing is written anywhere."""
    work = dry(open_assignment(installation, row))
    taken: set[str] = set()
    for page in _pages(work, contact_id):
        found = findings(work, page)
        for contact in page:
            decision = decide(work.rule, contact, match(contact, found), work.privileged)
            username = _username(work, contact, decision, taken)
            yield Preview(
                contact_id=contact.id,
                name=contact.display_name,
                email=contact.email or "",
                username=username,
                verdict=decision.verdict,
                reason=decision.reason.sentence,
            )


def provision(
    installation: Installation,
    row: Rule,
    contact_id: int,
    progress: Progress,
    approver: str | None = None,
) -> Change:
    """One contact, now, whether or not it is in the trigger; its change afterwards.

    Missing when the CRM has no such contact, Paused when the rule may not go on. A contact that
    waits in a held plan is released from it by the `approver`, and one that was to be left as it is
    is decided anew for them; ReviewError when there is none.
    """
    stop_if_paused(row)
    work = open_assignment(installation, row)
    progress.stage("reading the contact")
    contact = _contact(work, contact_id)
    change = _out_of_plan(row, contact_id, approver)
    progress.stage("deciding")
    plan_page(work, [contact], [change], None)
    prepare(work)
    carry_all(work, progress, only=[change.pk])
    change.refresh_from_db()
    return change


def _out_of_plan(row: Rule, contact_id: int, approver: str | None) -> Change:
    """The contact's change, which waits for no plan that is still being made."""
    [change] = episodes.ask_for(row, [contact_id])
    if change.state == State.IGNORED:
        return _decided_anew(row, change, approver)
    waits_in = change.plan if change.state == State.DUE else None
    if waits_in is None or waits_in.state != Plan.State.HELD:
        change.plan = None
        return change
    if approver is None:
        raise review.ReviewError(
            f"Contact {contact_id} waits in plan {waits_in.pk} of the rule {row.name}, which holds "
            "it until somebody decides. Ask a person who may release plans."
        )
    review.release(review.held_plan(waits_in.pk), approver, [contact_id])
    [released] = episodes.ask_for(row, [contact_id])
    return released


def _decided_anew(row: Rule, change: Change, approver: str | None) -> Change:
    """Whoever may release plans said no to it: nobody else may say otherwise.

    What is owed about that no is written first; till then it stands.
    """
    if approver is None:
        said = change.reason.sentence if change.reason else "it is to be left as it is"
        raise review.ReviewError(
            f"Contact {change.contact_id} gets nothing by the rule {row.name}: {said}. "
            "Ask a person who may release plans."
        )
    if change.owed is None:
        review.decide_anew(change, approver)
        change.state, change.plan = State.NOTICED, None
    return change


def prepare(work: Assignment) -> None:
    """See that the CRM has what our write-back needs."""
    with talking_to(work.row.crm):
        work.crm.prepare_activities()


def _pages(work: Assignment, contact_id: int | None) -> Iterator[Sequence[Contact]]:
    if contact_id is None:
        yield from pages(work)
    else:
        yield [_contact(work, contact_id)]


def _contact(work: Assignment, contact_id: int) -> Contact:
    with talking_to(work.row.crm):
        found = work.crm.contacts_by_id([contact_id], work.fields)
    if contact_id not in found:
        raise Missing(f"The CRM has no contact {contact_id}.")
    return found[contact_id]


def _username(work: Assignment, contact: Contact, decision: Decision, taken: set[str]) -> str:
    if decision.account is not None:
        return decision.account.username
    if decision.verdict is not Verdict.CREATE:
        return ""
    return first_free(work, stem_of(work, contact), taken)
