"""Says in the CRM what happened: activity, history, removal from the trigger, in this order."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from latchkey.crm.contract import ActivityNote, Refused
from latchkey.policy.rules import Afterwards
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.service.provisioning import noting, settling
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case, at
from latchkey.service.provisioning.placing import (
    LATER,
    NOT_NOTED,
    NOT_TAKEN_OUT,
    keep_in_mind,
    put_into,
    settle_history,
    take_out_of,
)
from latchkey.service.provisioning.talking import UnavailableError, stop_if_unavailable, talking_to
from latchkey.store import changes, crossings
from latchkey.store.models import State, Task

GONE = (State.GIVEN_UP, State.IGNORED)
# Whom the CRM does not let out of a reset trigger is tried again after this: ending the episode
# would mail the person at every poll.
MUCH_LATER = timedelta(hours=1)


def write_back(work: Assignment, cases: Sequence[Case]) -> None:
    """Write everything that the CRM is to know about the cases; each part may be repeated."""
    for case in at(cases, State.TOLD):
        noting.complete(work, case.change, case.known_account.username)
    # The others end with their record: half of that would never be looked at again.
    changes.save([case.change for case in cases if _owes(case)])
    owed = {case.change.pk: case.change.owed for case in cases}
    try:
        lost = _write(work, cases)
    except UnavailableError:
        for case in _given_up(cases):
            _again(work, case, owed[case.change.pk])
        raise
    for case in lost:
        _again(work, case, owed[case.change.pk])
    # Saved together with the record: an episode that is over is looked at by nobody any more.
    for case in _finished(cases):
        case.change.state = State.WRITTEN_BACK


def _write(work: Assignment, cases: Sequence[Case]) -> list[Case]:
    """Write it; those of whom it is not known whether they left the trigger."""
    with talking_to(work.row.crm):
        for again in (False, True):
            _write_notes(work, [one for one in cases if _owes(one) and one.owed_before is again])
        _add_to_history(work, _finished(cases))
        return _take_out(work, [*_finished(cases), *_given_up(cases)])


def _owes(case: Case) -> bool:
    return case.change.owed is not None


def _finished(cases: Sequence[Case]) -> list[Case]:
    return [case for case in at(cases, State.TOLD) if not _owes(case)]


def _given_up(cases: Sequence[Case]) -> list[Case]:
    return [case for case in cases if case.state in GONE and not _owes(case)]


def _again(work: Assignment, case: Case, owed: dict[str, Any] | None) -> None:
    """Whether the contact left is not known: it is taken out once more, which does no harm.

    What was given up is claimed for what it owes only; the activity that is there is found.
    """
    if case.state in GONE:
        case.change.owed, case.change.is_open = owed, True
    else:
        settling.put_off(work, case, LATER)


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
            keep_in_mind(case, NOT_NOTED, outcome)
            change.owed = None
        case _:
            case.owed_before = True


def _add_to_history(work: Assignment, cases: Sequence[Case]) -> None:
    served = [case for case in cases if case.change.task == Task.ACCOUNT]
    refused = put_into(work.crm, work.history, [case.change.contact_id for case in served])
    settle_history(work, served, refused)


def _take_out(work: Assignment, cases: Sequence[Case]) -> list[Case]:
    """Out of the trigger; those of whom it is not known whether they left."""
    resets = [case for case in cases if case.change.task == Task.RESET]
    leaving = [
        case
        for case in cases
        if case not in resets and (work.rule.afterwards is Afterwards.REMOVE or case.state in GONE)
    ]
    refused = {**_end_resets(work, resets), **_end_episodes(work, leaving)}
    for case in (*resets, *leaving):
        error = refused.get(case.change.contact_id)
        keep_in_mind(case, NOT_TAKEN_OUT, None if isinstance(error, UnknownOutcome) else error)
    return [
        case
        for case in (*resets, *leaving)
        if isinstance(refused.get(case.change.contact_id), UnknownOutcome)
    ]


def _end_resets(work: Assignment, cases: Sequence[Case]) -> Refused:
    ids = [case.change.contact_id for case in cases]
    refused = take_out_of(work.crm, work.reset_triggers, ids)
    for case in cases:
        case.change.is_open = case.change.contact_id in refused
        if case.change.is_open and case.state is State.TOLD:
            settling.put_off(work, case, MUCH_LATER)
    return refused


def _end_episodes(work: Assignment, cases: Sequence[Case]) -> Refused:
    """When every rule that watches the trigger is finished with the contact."""
    ids = [case.change.contact_id for case in cases]
    waiting = crossings.waiting_elsewhere(ids, work.neighbours)
    leaving = [contact_id for contact_id in ids if contact_id not in waiting]
    refused = take_out_of(work.crm, work.triggers, leaving)
    out = [contact_id for contact_id in leaving if contact_id not in refused]
    crossings.end_together(out, work.neighbours)
    # Whoever cannot be taken out stays on record, or would be noticed as new.
    for_good = all(trigger.can_be_emptied for trigger in work.triggers)
    for case in cases:
        case.change.is_open = case.change.contact_id not in out or not for_good
    return refused
