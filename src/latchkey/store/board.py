"""What the dashboard shows: what waits, and what came of the work day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, DateField, Min, QuerySet, Value
from django.utils import timezone

from latchkey.store.clock import now
from latchkey.store.imports import SHOWN
from latchkey.store.models import UNDER_WAY, AttemptEnded, Change, Plan, Rule, State, Task

_PLOTTED = (AttemptEnded.Outcome.DONE, AttemptEnded.Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The changes that are still to be carried out; `oldest` is None when there is none."""

    number: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Day:
    """How many attempts of a day (UTC) came to an account, and how many failed."""

    day: date
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Asking:
    """The people who need somebody: held, refused, given up."""

    held: int
    refused: int
    failed: int


def asking() -> Asking:
    """Who needs somebody."""
    states = (State.HELD, State.REFUSED, State.GIVEN_UP)
    rows = Change.objects.filter(SHOWN, state__in=states)
    counted = rows.values_list("state", "is_open").annotate(number=Count("pk"))
    found = {(state, is_open): number for state, is_open, number in counted}
    given_up = (found.get((State.GIVEN_UP, is_open), 0) for is_open in (True, False))
    return Asking(
        found.get((State.HELD, True), 0), found.get((State.REFUSED, True), 0), sum(given_up)
    )


def waiting() -> Waiting:
    """What is to be carried out without anybody's decision."""
    # Rule and task are named so that the database goes by the index of what is to carry.
    rows = Change.objects.filter(
        rule__in=list(Rule.objects.values_list("pk", flat=True)),
        task__in=Task.values,
        state__in=(State.NOTICED, *UNDER_WAY),
    ).exclude(plan__state__in=(Plan.State.HELD, Plan.State.REJECTED))
    found = rows.aggregate(number=Count("pk"), due=Min("due_at"), entered=Min("entered_at"))
    return Waiting(found["number"], found["due"] or found["entered"])


def days(number: int) -> list[Day]:
    """The last days up to today, oldest first; days without work are among them."""
    first = timezone.localdate(now()) - timedelta(days=number - 1)
    wanted = [first + timedelta(days=step) for step in range(number)]
    counted, *others = (_attempts_of(day) for day in wanted)
    found = {(day, outcome): many for outcome, many, day in counted.union(*others, all=True)}
    return [Day(day, *(found.get((day, outcome), 0) for outcome in _PLOTTED)) for day in wanted]


def _attempts_of(day: date) -> QuerySet[AttemptEnded, tuple[Any, ...]]:
    """How many attempts ended on a day, by outcome: a stretch of an index, not one row of it read.

    To ask each row for its day takes a second with 100,000 of them.
    """
    zone = timezone.get_current_timezone()
    start, end = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    rows = AttemptEnded.objects.filter(outcome__in=_PLOTTED, at__gte=start, at__lt=end).order_by()
    counted = rows.values("outcome").annotate(number=Count("pk"))
    return counted.annotate(day=Value(day, DateField())).values_list("outcome", "number", "day")
