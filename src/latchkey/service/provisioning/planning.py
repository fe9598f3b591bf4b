"""Reads a rule's triggers and writes down what is to happen with each contact."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime

from latchkey.policy.brakes import brake
from latchkey.policy.matching import Findings, match
from latchkey.policy.planning import NO_WISH, Decision, Verdict, as_wished, decide
from latchkey.policy.reasons import Why
from latchkey.policy.rules import Afterwards
from latchkey.policy.usernames import candidates, username_from
from latchkey.policy.values import Contact
from latchkey.service.provisioning import noting
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.progress import Progress
from latchkey.service.provisioning.reading import findings, pages
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import accounts, alerts, changes, episodes, plans, runs
from latchkey.store.models import Change, Plan, Run, State
from latchkey.store.transactions import all_or_nothing

# Where the details of a change say which roles and field values were decided, so that a plan
# which a person releases gives these and no others.
GIVES = "gives"
# Contacts are read from the CRM by their ids so many at once.
ASKED_AT_ONCE = 500


def plan(work: Assignment, run: Run, progress: Progress) -> Plan:
    """The plan of a run; it is held when a brake or a review says so."""
    written = plans.begin(run)
    seen = 0
    asked_at = work.installation.now()
    for page in pages(work):
        seen += len(page)
        progress.stage(f"{seen} contacts read")
        ids = [contact.id for contact in page]
        plan_page(work, page, episodes.notice(work.row, ids, run, since=asked_at), written)
        asked_at = work.installation.now()
    if seen or work.rule.afterwards is Afterwards.REMOVE:
        episodes.forget_unseen(work.row, run)
    plan_asked(work, run, written)
    finish(work, written)
    return written


def plan_asked(work: Assignment, run: Run, written: Plan) -> None:
    """Decide about contacts that a person asked for, whether or not they are in a trigger."""
    rows = episodes.asked_for(work.row, run)
    for start in range(0, len(rows), ASKED_AT_ONCE):
        _plan_some_asked(work, rows[start : start + ASKED_AT_ONCE], written)


def _plan_some_asked(work: Assignment, rows: Sequence[Change], written: Plan) -> None:
    with talking_to(work.row.crm):
        contacts = work.crm.contacts_by_id([row.contact_id for row in rows], work.fields)
    known = [row for row in rows if row.contact_id in contacts]
    plan_page(work, [contacts[row.contact_id] for row in known], known, written)
    episodes.drop([row for row in rows if row.contact_id not in contacts], Why.GONE_FROM_CRM)


def finish(work: Assignment, written: Plan) -> None:
    """The plan is complete: the brake speaks, and the rule's bound for a run."""
    held = brake(
        work.rule,
        creations=plans.creations(written),
        changes=plans.writes(written),
        created_today=plans.created_in_a_day(work.row, but=written),
    )
    plans.finish(written, held)
    if held:
        alerts.raise_alert(
            f"plan {written.pk}", f"{work.rule.name}: a plan waits for you", held.sentence
        )
    elif work.rule.per_run is not None:
        plans.keep_to(written, work.rule.per_run)


def plan_page(
    work: Assignment, page: Sequence[Contact], rows: Sequence[Change], written: Plan | None
) -> None:
    """Decide about the contacts of a page whose changes are open to a decision."""
    wishes = {row.contact_id: row.wish for row in rows}
    contacts = {one.id: as_wished(one, wishes.get(one.id, NO_WISH)) for one in page}
    undecided = [row for row in rows if is_open_to_decision(work, row, contacts[row.contact_id])]
    if not undecided:
        return
    found = findings(work, [contacts[row.contact_id] for row in undecided])
    _decide_about(work, undecided, contacts, found, written)


def plan_fresh(work: Assignment, page: Sequence[Contact], asked_at: datetime) -> None:
    """Plan for contacts that were not known, all or none of them, whatever happens meanwhile.

    `asked_at` is when they were seen in the trigger: whom another worker finished with since may
    have left it. A crash leaves nobody noticed and undecided, whom the next poll would pass over.
    """
    contacts = {contact.id: contact for contact in page}
    found = findings(work, page)
    with all_or_nothing():
        run = runs.begin(work.row)
        written = plans.begin(run)
        rows = episodes.notice(work.row, list(contacts), run, since=asked_at)
        # Another worker may have been quicker with some of them.
        fresh = [row for row in rows if row.state == State.NOTICED]
        _decide_about(work, fresh, contacts, found, written)
        finish(work, written)


def _decide_about(
    work: Assignment,
    undecided: Sequence[Change],
    contacts: dict[int, Contact],
    found: Findings,
    written: Plan | None,
) -> None:
    for row in undecided:
        contact = contacts[row.contact_id]
        decision = decide(work.rule, contact, match(contact, found), work.privileged, row.wish)
        write_decision(work, row, contact, decision)
        if row.state == State.DUE and not _keeps_plan(row):
            row.plan = written
    name_accounts(work, undecided, contacts)
    changes.write_plan(undecided)


def is_open_to_decision(work: Assignment, row: Change, contact: Contact) -> bool:
    """Whether a new look at the contact may change what was decided.

    A change that is under way goes on as it is: its own slice looks again.
    """
    changed = row.modified != contact.modified or row.rule_version != work.row.version
    match State(row.state):
        case State.NOTICED | State.HELD | State.DONE:
            return True
        case State.REFUSED:
            return changed or noting.is_too_old(work, row)
        case State.IGNORED:
            return changed
        case State.DUE if _is_released(row.plan) and row.attempts == 0:
            # It is carried out as it was shown; its slice sees whether the contact changed since.
            return False
        case State.DUE:
            waits_untried = row.attempts == 0 and not _is_held(row.plan)
            return changed or waits_untried or _is_left_over(row)
        case _:
            return False


def write_decision(work: Assignment, row: Change, contact: Contact, decision: Decision) -> None:
    """Put a decision into the change; it is not saved."""
    was_done = row.state == State.DONE
    row.contact_name = contact.display_name[:300]
    row.email = (contact.email or "")[:254]
    row.modified, row.rule_version = contact.modified, work.row.version
    row.account_id = decision.account.id if decision.account else row.account_id
    if was_done and decision.verdict in {Verdict.ALREADY, Verdict.REFUSE}:
        _leave_when_free(work, row)
        return
    row.verdict = decision.verdict
    row.why, row.details = decision.reason.why, dict(decision.reason.details)
    if decision.gives:
        row.details[GIVES] = decision.gives
    match decision.verdict:
        case Verdict.HOLD:
            row.state = State.HELD
        case Verdict.REFUSE:
            noting.refuse(work, row)
        case _:
            row.state, row.due_at = State.DUE, work.installation.now()


def _leave_when_free(work: Assignment, row: Change) -> None:
    """A contact that stayed for another rule's sake: its slice looks whether it may leave now."""
    if work.rule.afterwards is Afterwards.REMOVE:
        row.state, row.due_at = State.TOLD, work.installation.now()


def name_accounts(work: Assignment, rows: Iterable[Change], contacts: dict[int, Contact]) -> None:
    """Choose the username of every account that is to be made; nobody else intends the same."""
    creating = [row for row in rows if row.verdict == Verdict.CREATE and row.state == State.DUE]
    stems = {row.pk: stem_of(work, contacts[row.contact_id]) for row in creating}
    mine = [row.pk for row in creating]
    taken = accounts.usernames_taken(work.row.site, stems.values(), but=mine)
    asked = set(stems.values())
    for row in creating:
        row.intended_username = first_free(work, stems[row.pk], taken, mine, asked)


def stem_of(work: Assignment, contact: Contact) -> str:
    """The username that the rule's pattern gives, before clashes are looked at."""
    return username_from(
        work.rule.username, contact.values, work.spec.usernames, contact.email or ""
    )


def first_free(
    work: Assignment,
    stem: str,
    taken: set[str],
    mine: Iterable[int] = (),
    asked: Container[str] = (),
) -> str:
    """The first name after the stem that nobody has or intends on the site, any case.

    `taken`, in lower case, grows by it and by what is found taken on the way; `mine` are changes
    whose own intentions do not count; what is among `asked` is known to be in `taken` or free.
    """
    for name in candidates(stem, work.spec.usernames):
        if name.lower() in taken:
            continue
        taken.add(name.lower())
        if name in asked or not accounts.usernames_taken(work.row.site, [name], but=mine):
            return name
    raise AssertionError("there is always another candidate")


def _is_held(plan: Plan | None) -> bool:
    return plan is not None and plan.state == Plan.State.HELD


def _is_released(plan: Plan | None) -> bool:
    return plan is not None and plan.state == Plan.State.RELEASED


def _is_left_over(row: Change) -> bool:
    """Whether nobody would carry it out: a crash left its plan a draft, or its run was full."""
    return row.due_at is None or (row.plan is not None and row.plan.state == Plan.State.DRAFT)


def _keeps_plan(row: Change) -> bool:
    """Whether a person has the say about it, or had it before it was first tried."""
    return _is_held(row.plan) or (_is_released(row.plan) and row.attempts > 0)
