"""However many contacts there are, no statement names or goes through too many of them."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from latchkey.service import retrying
from latchkey.store import changes, episodes, plans
from latchkey.store.models import Change, State, Task
from store import rows

pytestmark = pytest.mark.django_db
MANY = 70


@pytest.fixture(autouse=True)
def small_statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As SQLite comes with Python a statement takes 32,766 values; here it takes 60."""
    connection.ensure_connection()
    before = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, MANY - 10)
    monkeypatch.setattr(episodes, "PAGE", 20)
    monkeypatch.setattr(retrying, "PAGE", 20)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, before)


def test_run_leaves_any_number_of_contacts_for_the_next():
    rule = rows.rule()
    plan = rows.plan(rule)
    for contact_id in range(MANY + 1):
        rows.change(rule, contact_id, plan=plan)

    plans.keep_to(plan, 1)

    assert [one.contact_id for one in Change.objects.filter(due_at__isnull=False)] == [0]


def test_any_number_of_contacts_begins_anew_and_is_asked_for():
    rule = rows.rule()
    for contact_id in range(MANY):
        rows.change(rule, contact_id, state=State.GIVEN_UP)

    number = retrying.retry()
    asked = episodes.asked_for(rule, rows.run(rule))

    assert number == len(asked) == MANY
    assert not Change.objects.filter(is_open=True, seen_by__isnull=True).exists()


def test_looking_for_work_does_not_go_through_all_that_is_open():
    rule = rows.rule()
    moment = changes.now()

    with CaptureQueriesContext(connection) as asked:
        changes.is_claimable(rule, moment)
        episodes.is_asked_for(rule)
    with connection.cursor() as cursor:
        for query in [one["sql"] for one in asked.captured_queries]:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            [way] = [row[3] for row in cursor.fetchall() if "store_change" in row[3]]

            assert "change_to_carry" in way or "change_owing" in way


@pytest.mark.parametrize("task", Task)
@pytest.mark.parametrize(
    ("different", "found"),
    [
        ({}, True),
        ({"is_open": False}, False),
        ({"state": State.DONE}, False),
        ({"state": State.DONE, "owed": {"kind": "x"}}, True),
    ],
)
def test_what_is_found_is_what_could_be_claimed(task, different, found):
    rule = rows.rule()
    rows.change(rule, 7, task=task, **different)

    assert changes.is_claimable(rule, changes.now()) is found
    assert bool(changes.claim(rule, task, 1)) is found
    assert not changes.is_claimable(rule, changes.now())
