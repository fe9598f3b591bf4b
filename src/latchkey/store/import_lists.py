"""The records of an import as people look through them: by outcome, by name, page by page."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from latchkey.policy.planning import Verdict
from latchkey.store.import_plans import PLANNED, account_changes
from latchkey.store.models import (
    UNDER_WAY,
    AttemptEnded,
    Change,
    Import,
    ImportRow,
    Plan,
    Rule,
    State,
    Task,
)

_DONE = AttemptEnded.Outcome.DONE
_FAILED = AttemptEnded.Outcome.FAILED
_SHOWN = Q(plan__state=Plan.State.DRAFT, state=State.DUE)


def records(one: Import, outcome: str = "", text: str = "") -> QuerySet[ImportRow]:
    """The people of the file: of one outcome of a summary, whose name or address holds a text.

    Only rows that were looked at have a name to be found by: the cells are sealed.
    """
    rows = one.rows.filter(number__gt=1 if one.has_headings else 0)
    if outcome:
        rows = _of_outcome(one, rows, outcome)
    if text:
        named = Q(contact_name__icontains=text) | Q(email__icontains=text)
        found = _changes(one).filter(named | Q(intended_username__icontains=text))
        rows = rows.filter(why="", contact_id__in=found.values("contact_id"))
    return rows


def undo_changes(rule: Rule) -> QuerySet[Change]:
    """What an undo is about."""
    return Change.objects.filter(rule=rule, task=Task.UNDO)


def _of_outcome(one: Import, rows: QuerySet[ImportRow], outcome: str) -> QuerySet[ImportRow]:
    """By the same rules as `runs.outcome`, as conditions of the database."""
    fitting = account_changes(one).filter(_condition(outcome))
    found = Q(why="", contact_id__in=fitting.values("contact_id"))
    if outcome == "refused":
        found |= ~Q(why="")
    if outcome == "waiting":
        own = _changes(one).filter(contact_id=OuterRef("contact_id"))
        found |= Q(why="") & ~Q(Exists(own))
    return rows.filter(found)


def _condition(outcome: str) -> Q:
    given_up = Q(state=State.GIVEN_UP)
    failed = Q(came_to=_FAILED) & ~_SHOWN
    match outcome:
        case "held":
            return Q(state=State.HELD)
        case "refused":
            return Q(state__in=(State.REFUSED, State.IGNORED))
        case "failed":
            return given_up | Q(state__in=(State.NOTICED, *UNDER_WAY)) & failed
        case "waiting":
            untried = Q(came_to__isnull=True) | ~Q(came_to=_FAILED)
            return Q(state__in=(State.NOTICED, *UNDER_WAY)) & untried & ~_SHOWN
        case "already":
            return _planned(outcome) | Q(state=State.DONE) & (
                Q(verdict=Verdict.ALREADY) | Q(came_to__isnull=True) | ~Q(came_to=_DONE)
            )
        case _:
            return _planned(outcome) | Q(
                state=State.DONE, came_to=_DONE, verdict__in=_verdicts(outcome)
            )


def _planned(outcome: str) -> Q:
    return _SHOWN & Q(verdict__in=_verdicts(outcome))


def _verdicts(outcome: str) -> list[str]:
    return [verdict for verdict, called in PLANNED.items() if called == outcome]


def _changes(one: Import) -> Any:
    return Change.objects.filter(rule__file=one, task=Task.ACCOUNT)
