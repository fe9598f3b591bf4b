"""The filters of an import's rows show exactly what its result says."""

import pytest

from latchkey.service.importing.running import confirm
from latchkey.store import import_lists
from latchkey.store.models import AttemptEnded, AttemptStarted, Change, Import, State
from latchkey.store.runs import OUTCOMES
from service.conftest import practice, seeded_home, workplace
from service.importing.conftest import HEADINGS, PEOPLE, Desk, desk

__all__ = ["desk", "practice", "seeded_home", "workplace"]
ROWS = [
    HEADINGS,
    *PEOPLE,
    ("", "No", "Mail"),
    ("both@example.org", "A", "B"),
    ("both@example.org", "C", "D"),
]


def filtered(one: Import) -> dict[str, list[int]]:
    """The rows of each outcome, by the filters."""
    return {
        outcome: [row.number for row in import_lists.records(one, outcome).order_by("number")]
        for outcome in OUTCOMES
    }


def said(desk: Desk, one: Import) -> dict[str, list[int]]:
    """The rows of each outcome, by the result."""
    rows = desk.rows(one)
    return {outcome: [row.number for row in rows if row.outcome == outcome] for outcome in OUTCOMES}


@pytest.mark.parametrize("moment", ["uploaded", "planned", "confirmed", "cancelled", "done"])
def test_each_row_is_under_its_outcome_at_any_time(desk: Desk, moment: str):
    one = reach(desk, moment)

    found = filtered(one)

    assert found == said(desk, one)
    assert sorted(number for rows in found.values() for number in rows) == list(range(2, 8))


def reach(desk: Desk, moment: str) -> Import:
    """An import that has come so far."""
    one = desk.upload(ROWS)
    desk.shape(one)
    if moment != "uploaded":
        one = desk.plan(one)
    if moment in {"confirmed", "done"}:
        confirm(one, "anna")
    if moment == "cancelled":
        Change.objects.filter(state=State.DUE).update(state=State.IGNORED)
    if moment == "done":
        desk.carry(one)
    return desk.fresh(one)


@pytest.mark.parametrize("state", [State.DUE, State.GIVEN_UP, State.CREATING, State.DONE])
@pytest.mark.parametrize("outcome", AttemptEnded.Outcome)
def test_tries_are_counted_as_the_result_counts_them(
    desk: Desk, state: State, outcome: AttemptEnded.Outcome
):
    one = reach(desk, "confirmed")
    change = Change.objects.get(email="zoe@example.org")
    Change.objects.filter(pk=change.pk).update(state=state)
    started = AttemptStarted.objects.create(
        change=change, number=1, verdict=change.verdict, at=change.entered_at
    )
    AttemptEnded.objects.create(started=started, outcome=outcome, at=change.entered_at)

    assert filtered(one) == said(desk, one)


def test_people_are_found_by_name_address_and_username(desk: Desk):
    one = reach(desk, "planned")

    found = [
        [row.number for row in import_lists.records(one, text=text)]
        for text in ("zo\u00eb", "KISS", "ines@", "Abel.Kiss", "nobody")
    ]

    assert found == [[2], [3], [4], [3], []]
