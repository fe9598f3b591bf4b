"""However many contacts something is about, no statement names more of them than SQLite takes."""

import sqlite3
from collections.abc import Iterator

import pytest
from django.db import connection

from latchkey.service import retrying
from latchkey.store import episodes, plans
from latchkey.store.models import Change, State
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
