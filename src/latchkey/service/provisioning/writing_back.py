"""Says in the CRM what happened: activity, history, removal from the trigger, in this order."""

from collections.abc import Sequence

from latchkey.crm.contract import ActivityNote, Trigger, TriggerKind
from latchkey.policy.rules import Afterwards
from latchkey.remote.errors import RejectedError, RemoteError
from latchkey.service.provisioning import noting
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.talking import stop_if_unavailable, talking_to
from latchkey.store import changes, crossings
from latchkey.store.models import State, Task


def write_back(work: Assignment, cases: Sequence[Case]) -> None:
    """Write everything that the CRM is to know about the cases; each part may be repeated."""
    for case in at(cases, State.TOLD):
        noting.complete(work, case.change, case.known_account.username)
    # The others end with their record: half of that would never be looked at again.
    changes.save([case.change for case in cases if _owes(case)])
    with talking_to(work.row.crm):
        for again in (False, True):
            _write_notes(work, [one for one in cases if _owes(one) and one.owed_before is again])
        finished = [case for case in at(cases, State.TOLD) if not _owes(case)]
        _add_to_history(work, finished)
        _take_out(work, [*finished, *_given_up(cases)])
    # Saved together with the record: an episode that is over is looked at by nobody any more.
    for case in finished:
        case.change.state = State.WRITTEN_BACK


def _owes(case: Case) -> bool:
    return case.change.owed is not None


def _given_up(cases: Sequence[Case]) -> list[Case]:
    gone = (State.GIVEN_UP, State.IGNORED)
    return [case for case in cases if case.state in gone and not _owes(case)]


def _write_notes(work: Assignment, cases: Sequence[Case]) -> None:
    """A failing activity never undoes or repeats an account: it stays owed, or is dropped."""
    if not cases:
        return
    notes: list[ActivityNote] = [noting.note_of(case.change) for case in cases]
    since = min(noting.owed_since(case.change) for case in cases)
    again = cases[0].owed_before
    outcomes = work.crm.write_activities(notes, since, look_first=again)
    stop_if_unavailable(outcomes)
    for case, note, outcome in zip(cases, notes, outcomes, strict=True):
        _take_in(case, note, outcome)


def _take_in(case: Case, note: ActivityNote, outcome: int | RemoteError) -> None:
    change = case.change
    match outcome:
        case int():
            change.activity_id = outcome if note.completed else change.activity_id
            change.owed = None
        case RejectedError():
            change.details = {**change.details, "activity": str(outcome)}
            change.owed = None
        case _:
            case.owed_before = True


def _add_to_history(work: Assignment, cases: Sequence[Case]) -> None:
    ids = [case.change.contact_id for case in cases if case.change.task == Task.ACCOUNT]
    for place in work.history if ids else ():
        if place.kind is TriggerKind.TAG:
            work.crm.add_tag(place, ids)
        else:
            work.crm.add_to_group(place, ids)


def _take_out(work: Assignment, cases: Sequence[Case]) -> None:
    """Out of the trigger, when every rule that watches it is finished with the contact."""
    resets = [case for case in cases if case.change.task == Task.RESET]
    for trigger in work.reset_triggers if resets else ():
        _empty(work, trigger, [case.change.contact_id for case in resets])
    for case in resets:
        case.change.is_open = False
    leaving = [
        case
        for case in cases
        if case not in resets
        and (
            work.rule.afterwards is Afterwards.REMOVE
            or case.state in (State.GIVEN_UP, State.IGNORED)
        )
    ]
    ids = [case.change.contact_id for case in leaving]
    waiting = crossings.waiting_elsewhere(ids, work.neighbours)
    out = [contact_id for contact_id in ids if contact_id not in waiting]
    for trigger in work.triggers if out else ():
        _empty(work, trigger, out)
    crossings.end_together(out, work.neighbours)
    # Whoever cannot be taken out stays on record, or would be noticed as new.
    for_good = all(trigger.can_be_emptied for trigger in work.triggers)
    for case in leaving:
        case.change.is_open = case.change.contact_id in waiting or not for_good


def _empty(work: Assignment, trigger: Trigger, contact_ids: Sequence[int]) -> None:
    if trigger.kind is TriggerKind.TAG:
        work.crm.remove_tag(trigger, contact_ids)
    elif trigger.can_be_emptied:
        work.crm.remove_from_group(trigger, contact_ids)
