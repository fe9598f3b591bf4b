"""The changes of an import: planned, confirmed, counted, ended."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery

from latchkey.policy.reasons import Reason, Why
from latchkey.store import imports
from latchkey.store.changes import lock
from latchkey.store.clock import now
from latchkey.store.connections import FILE
from latchkey.store.models import (
    MID_FLIGHT,
    UNDER_WAY,
    AttemptEnded,
    Change,
    Import,
    ImportRow,
    Plan,
    Rule,
    Run,
    State,
    Task,
)
from latchkey.store.runs import OUTCOMES
from latchkey.store.runs import outcome as outcome_of

BEFORE = (State.NOTICED, State.DUE, State.HELD)
# What the plan would do, by the words of a summary.
PLANNED = {"create": "created", "link": "linked", "update": "updated", "already": "already"}


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What becomes, or became, of one record; `outcome` is one of the eight of a summary.

    `contact_id` is None where no CRM is connected. `told` says what is known about the mail.
    """

    number: int
    contact_id: int | None
    name: str
    email: str
    username: str
    account_id: str
    outcome: str
    told: str
    reason: str


def plan_of(rule: Rule, task: Task = Task.ACCOUNT) -> Plan | None:
    """The plan of an import, or of its undo; None before it was made."""
    return Plan.objects.filter(rule=rule, changes__task=task).order_by("-pk").first()


def number_of(rule: Rule) -> int | None:
    """The number of the plan of an import, None before it was made."""
    written = plan_of(rule)
    return written.pk if written else None


def take_in(written: Plan, rows: Sequence[Change]) -> None:
    """Whatever was decided about these changes belongs to the plan, and waits with it."""
    Change.objects.filter(pk__in=[row.pk for row in rows]).update(plan=written)


def release(rule: Rule, by: str, task: Task = Task.ACCOUNT) -> int:
    """Let the planned changes be carried out; how many there are."""
    rows = Change.objects.filter(rule=rule, task=task, is_open=True, state=State.DUE)
    waiting = Plan.objects.filter(rule=rule, state=Plan.State.DRAFT)
    number = rows.count()
    waiting.update(state=Plan.State.RELEASED, decided_by=by, decided_at=now())
    return number


def cancel(rule: Rule, by: str) -> int:
    """End what has not begun; how many changes that is. Whoever claimed it just now lost it."""
    rows = Change.objects.filter(rule=rule, is_open=True, state__in=BEFORE, owed__isnull=True)
    with transaction.atomic():
        lock(rows)
        return rows.update(
            state=State.IGNORED,
            is_open=False,
            why=Why.IMPORT_CANCELLED,
            details={"by": by},
            fence=F("fence") + 1,
        )


def end_settled(rule: Rule, *, held: bool) -> None:
    """Close what is finished: no further look will change it. `held`: what waits for a person too.

    A file does not change: what was refused stays so.
    """
    over = [State.DONE, State.REFUSED, State.GIVEN_UP, State.IGNORED]
    states = [*over, State.HELD] if held else over
    rows = Change.objects.filter(rule=rule, is_open=True, state__in=states, owed__isnull=True)
    rows.update(is_open=False)


def is_under_way(rule: Rule, task: Task) -> bool:
    """Whether something is still to be carried out, now or later."""
    return _under_way(rule, task).exists()


def under_way(rule: Rule, task: Task) -> int:
    """How many changes are still to be carried out, now or later."""
    return _under_way(rule, task).count()


def has_begun(rule: Rule, task: Task) -> bool:
    """Whether something is between its first step and its end."""
    begun = Q(state__in=MID_FLIGHT) | Q(owed__isnull=False)
    return Change.objects.filter(begun, rule=rule, task=task, is_open=True).exists()


def decided(one: Import) -> int:
    """How many records were looked at so far."""
    changes = Change.objects.filter(rule__file=one, task=Task.ACCOUNT)
    return changes.exclude(state=State.NOTICED).count() + one.rows.exclude(why="").count()


def holds(rule: Rule) -> int:
    """How many rows wait for a person."""
    return Change.objects.filter(rule=rule, is_open=True, state=State.HELD).count()


def run_of(rule: Rule, task: Task = Task.ACCOUNT) -> Run | None:
    """The run that saw the rows of an import, or of its undo."""
    return Run.objects.filter(rule=rule, changes_seen__task=task).order_by("-pk").first()


def is_settled(rule: Rule) -> bool:
    """Whether no row is to be carried out or decided any more."""
    held = Change.objects.filter(rule=rule, task=Task.ACCOUNT, is_open=True, state=State.HELD)
    return not is_under_way(rule, Task.ACCOUNT) and not held.exists()


def counted(one: Import) -> dict[str, int]:
    """How many records come to each outcome; those that are no change at all are refused."""
    found = dict.fromkeys(OUTCOMES, 0)
    rows = account_changes(one).values("task", "state", "verdict", "plan__state", "came_to")
    for row in rows.annotate(number=Count("pk")).order_by():
        found[_outcome(row)] += row["number"]
    found["refused"] += one.rows.exclude(why="").count()
    return found


def outcomes(one: Import, *, first: int = 1) -> Iterator[RowOutcome]:
    """Every record of the file from the `first` on, with what becomes of it."""
    for page in _record_pages(one, first):
        yield from outcomes_of(one, page)


def outcomes_of(one: Import, page: Sequence[ImportRow]) -> list[RowOutcome]:
    """These records of the file, with what becomes of each."""
    ids = [row.contact_id for row in page if row.contact_id is not None and not row.why]
    changes = account_changes(one).filter(contact_id__in=ids)
    columns = ("contact_id", "contact_name", "email", "intended_username", "account_id")
    more = ("told", "why", "details", "task", "state", "verdict", "plan__state", "came_to")
    by_contact = {row["contact_id"]: dict(row) for row in changes.values(*columns, *more)}
    return [
        _row_outcome(one, row, None if row.why else by_contact.get(row.contact_id or 0))
        for row in page
    ]


def _under_way(rule: Rule, task: Task) -> QuerySet[Change]:
    unsettled = Q(state__in=(State.NOTICED, *UNDER_WAY)) | Q(owed__isnull=False)
    return Change.objects.filter(unsettled, rule=rule, task=task, is_open=True)


def _record_pages(one: Import, first: int) -> Iterator[list[ImportRow]]:
    last = max(first - 1, 1 if one.has_headings else 0)
    while page := list(one.rows.filter(number__gt=last).order_by("number")[: imports.PAGE]):
        yield page
        last = page[-1].number


def account_changes(one: Import) -> Any:
    """The changes of an import, each with the outcome of its last attempt as `came_to`."""
    ended = AttemptEnded.objects.filter(started__change=OuterRef("pk"))
    latest = ended.order_by("-pk").values("outcome")[:1]
    rows = Change.objects.filter(rule__file=one, task=Task.ACCOUNT)
    return rows.annotate(came_to=Subquery(latest))


def _outcome(row: dict[str, Any]) -> str:
    """What came of it; of what is only planned, what would come of it."""
    if row["plan__state"] == Plan.State.DRAFT and row["state"] == State.DUE:
        return PLANNED[row["verdict"]]
    return outcome_of(row)


def _row_outcome(one: Import, row: ImportRow, change: dict[str, Any] | None) -> RowOutcome:
    alone = one.rule is None or one.rule.crm.kind == FILE
    contact_id = None if alone else row.contact_id
    if change is None:
        sentence = Reason(Why(row.why), row.details).sentence if row.why else "was not looked at"
        outcome = "refused" if row.why else "waiting"
        return RowOutcome(row.number, contact_id, "", "", "", "", outcome, "", sentence)
    outcome = _outcome(change)
    reason = Reason(Why(change["why"]), change["details"]).sentence if change["why"] else ""
    return RowOutcome(
        number=row.number,
        contact_id=contact_id,
        name=change["contact_name"],
        email=change["email"],
        username=change["details"].get("username") or change["intended_username"],
        account_id=change["account_id"],
        outcome=outcome,
        told=change["told"],
        reason="had no account" if outcome == "created" and change["account_id"] else reason,
    )
