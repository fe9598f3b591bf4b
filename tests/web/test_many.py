"""With 100,000 accounts every list opens by few queries, none of which looks at all of them."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from latchkey.store.models import (
    Account,
    AttemptEnded,
    AttemptStarted,
    Change,
    ErrandRow,
    SettingChange,
    User,
)
from web.conftest import Browser
from web.many import fill, lists, ruled

QUERIES = 15
# A search looks for usernames, addresses and names first.
OF_A_SEARCH = 3
LARGE = tuple(
    one._meta.db_table
    for one in (Account, Change, AttemptStarted, AttemptEnded, ErrandRow, SettingChange)
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the query plans read are SQLite's"),
]


@pytest.fixture
def many(db: None, installation: object) -> None:  # noqa: ARG001 - rows for the views
    """A rule that has made 100,000 accounts, held a few people and failed with some."""
    fill(ruled())


def scans(sql: str) -> list[str]:
    """The steps of a query's plan that look at every row of a large table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    # A scan by an index of the order ends with the page; one of the table does not.
    return [
        step
        for step in steps
        for table in LARGE
        if step.split()[:2] == ["SCAN", table] and "USING" not in step
    ]


@pytest.mark.usefixtures("many")
def test_every_list_opens_by_few_queries_and_none_looks_at_everybody(browser: Browser):
    wrong = []
    approver = browser(User.Role.APPROVER)
    approver.get("/accounts/")
    for path in lists():
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = approver.get(path)
        took = time.perf_counter() - began

        asked = [one["sql"] for one in seen.captured_queries if one["sql"].startswith("SELECT")]
        wrong += [(path, answer.status_code)] if answer.status_code != 200 else []
        most = QUERIES + OF_A_SEARCH * ("text=" in path)
        wrong += [(path, f"{len(asked)} queries")] if len(asked) > most else []
        wrong += [(path, step, sql[:300]) for sql in asked for step in scans(sql)]
        print(f"{path}: {len(asked)} queries, {took * 1000:.0f} ms")  # noqa: T201 - for who measures

    assert not wrong
