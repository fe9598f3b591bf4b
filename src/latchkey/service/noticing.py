"""Notices who came into a trigger: one multi-call per CRM and tick, for all of its rules."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from latchkey.crm.contract import PollAnswer, PollRequest, Trigger, TriggerKind
from latchkey.policy.rules import Afterwards
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.planning import plan_fresh
from latchkey.service.provisioning.talking import talking_to
from latchkey.store import episodes, reading_marks, runs
from latchkey.store.models import Cursor, Rule, Task
from latchkey.store.transactions import all_or_nothing

# CiviCRM keeps the members of smart groups for so long.
SMART_GROUPS = timedelta(minutes=5)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Watch:
    """One trigger of one rule, and what it is asked. `task` is what its contacts are due for."""

    work: Assignment
    trigger: Trigger
    task: Task
    request: PollRequest

    @property
    def name(self) -> str:
        """The trigger's place among the rule's cursors."""
        return _name(self.task, self.trigger)


def notice(
    assignments: Sequence[Assignment],
    apart: Callable[[Rule], AbstractContextManager[None]],
) -> list[Rule]:
    """Poll the triggers of rules that share a CRM; the rules that have something to carry now.

    `apart` encloses what is done for one rule, so that its failure is not the others'.
    """
    if not assignments:
        return []
    watches = [watch for work in assignments for watch in watches_of(work)]
    crm = assignments[0].crm
    asked_at = assignments[0].installation.now()
    with talking_to(assignments[0].row.crm):
        answers = crm.poll([watch.request for watch in watches]) if watches else []
    fresh: list[Rule] = []
    for work in assignments:
        with apart(work.row):
            fresh += [work.row] if _take_in(work, watches, answers, asked_at) else []
    return fresh


def watches_of(work: Assignment) -> list[Watch]:
    """What is to be asked about the rule's triggers now."""
    cursors = reading_marks.of_rule(work.row)
    moment = work.installation.now()
    tasks = (
        *((Task.ACCOUNT, trigger) for trigger in work.triggers),
        *((Task.RESET, trigger) for trigger in work.reset_triggers),
    )
    return [
        Watch(work, trigger, task, _request(work, task, trigger, cursors))
        for task, trigger in tasks
        if _is_time(trigger, cursors.get(_name(task, trigger)), moment)
    ]


def take_up(work: Assignment, contact_ids: Sequence[int], task: Task, asked_at: datetime) -> bool:
    """Plan for contacts that were in a trigger at a moment; whether any of them was new."""
    fresh = episodes.unknown(work.row, contact_ids, task, asked_at)
    if task is Task.RESET:
        return _take_up_resets(work, fresh)
    for start in range(0, len(fresh), PAGE):
        _plan(work, fresh[start : start + PAGE], asked_at)
    return bool(fresh)


def _take_in(
    work: Assignment, watches: Sequence[Watch], answers: Sequence[PollAnswer], asked_at: datetime
) -> bool:
    found: dict[Task, set[int]] = {}
    positions: dict[str, int | None] = {}
    for watch, answer in zip(watches, answers, strict=True):
        if watch.work is work:
            found.setdefault(watch.task, set()).update(answer.contact_ids)
            positions[watch.name] = answer.cursor
    news = [take_up(work, sorted(ids), task, asked_at) for task, ids in found.items()]
    # Only now: a crash before this polls the same once more.
    reading_marks.move(work.row, positions)
    return any(news)


def _plan(work: Assignment, contact_ids: Sequence[int], asked_at: datetime) -> None:
    with talking_to(work.row.crm):
        contacts = work.crm.contacts_by_id(contact_ids, work.fields)
    page = [contact for contact in contacts.values() if not contact.is_deleted]
    if page:
        plan_fresh(work, page, asked_at)


def _take_up_resets(work: Assignment, fresh: Sequence[int]) -> bool:
    if fresh:
        with all_or_nothing():
            episodes.begin_resets(work.row, fresh, runs.begin(work.row))
    return bool(fresh)


def _request(
    work: Assignment, task: Task, trigger: Trigger, cursors: dict[str, Cursor]
) -> PollRequest:
    keeps = work.rule.afterwards is Afterwards.KEEP and task is Task.ACCOUNT
    cursor = cursors.get(_name(task, trigger))
    return PollRequest(trigger, keeps, cursor.position if cursor else None)


def _is_time(trigger: Trigger, cursor: Cursor | None, moment: datetime) -> bool:
    if trigger.kind not in {TriggerKind.SMART, TriggerKind.PARENT} or cursor is None:
        return True
    return moment - cursor.polled_at >= SMART_GROUPS


def _name(task: Task, trigger: Trigger) -> str:
    return f"{task}:{trigger.kind}:{trigger.id}"
