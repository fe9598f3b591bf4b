"""What the dashboard shows: what waits, and what came of the work day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, DateField, F, Func, Min
from django.utils import timezone

from latchkey.store.clock import now
from latchkey.store.imports import SHOWN
from latchkey.store.models import UNDER_WAY, AttemptEnded, Change, Plan, Rule, State, Task


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
    today = timezone.localdate(now())
    first = today - timedelta(days=number - 1)
    since = datetime.combine(first, time.min, tzinfo=timezone.get_current_timezone())
    outcomes = (AttemptEnded.Outcome.DONE, AttemptEnded.Outcome.FAILED)
    rows = (
        AttemptEnded.objects.filter(outcome__in=outcomes, at__gte=since)
        .annotate(day=Func(F("at"), function="DATE", output_field=DateField()))
        .values_list("day", "outcome")
        .annotate(number=Count("pk"))
    )
    found = {(day, outcome): many for day, outcome, many in rows}
    return [
        Day(day, *(found.get((day, outcome), 0) for outcome in outcomes))
        for day in (first + timedelta(days=step) for step in range(number))
    ]
