"""With 100,000 accounts every list opens by few queries, none of which looks at all of them."""

import time
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from latchkey.service.configuration.rules import definition_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.store.clock import now
from latchkey.store.models import (
    Account,
    AttemptEnded,
    AttemptStarted,
    Change,
    Connection,
    Rule,
    User,
)

from .conftest import Browser

NUMBER = 100_000
QUERIES = 15
LARGE = ("store_account", "store_change", "store_attemptstarted", "store_attemptended")
LISTS = (
    "/",
    "/accounts/",
    "/accounts/?sort=-username",
    "/accounts/?site=www",
    "/accounts/?state=gone",
    "/holds/",
    "/failures/",
    "/review/",
    "/resets/",
    "/people/main/777/",
    "/rules/members/preview/",
)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the query plans read are SQLite's"),
]


@pytest.fixture
def many(db: None, installation: object) -> None:  # noqa: ARG001 - rows for the views
    """A rule that has made 100,000 accounts, held a few people and failed with some."""
    crm = Connection.objects.create(key=uuid4(), role="crm", name="main", kind="civicrm", url="x")
    site = Connection.objects.create(key=uuid4(), role="site", name="www", kind="wordpress")
    table = RuleTable(crm="main", site="www", groups=["Members"], username="{contact.id}")
    rule = Rule.objects.create(
        name="members", position=0, crm=crm, site=site, definition=definition_of(table), version="1"
    )
    _fill(rule)


def _fill(rule: Rule) -> None:
    moment, numbers = now(), range(1, NUMBER + 1)
    Account.objects.bulk_create(
        (
            Account(
                site=rule.site,
                account_id=str(one),
                username=f"person.{one}",
                email=f"{one}@example.org",
                crm=rule.crm,
                contact_id=one,
                roles=["subscriber"],
                recorded_at=moment,
            )
            for one in numbers
        ),
        batch_size=2000,
    )
    rows = [
        Change(
            rule=rule,
            contact_id=one,
            contact_name=f"Person {one}",
            is_open=one % 1000 == 0,
            verdict="create",
            state={0: "held", 1: "given_up"}.get(one % 1000, "done"),
            why="no_email",
            entered_at=moment,
        )
        for one in numbers
    ]
    made = Change.objects.bulk_create(rows, batch_size=2000)
    tries = [AttemptStarted(change=one, number=1, verdict="create", at=moment) for one in made]
    started = AttemptStarted.objects.bulk_create(tries, batch_size=2000)
    AttemptEnded.objects.bulk_create(
        (AttemptEnded(started=one, outcome="done", at=moment) for one in started), batch_size=2000
    )


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
    for path in LISTS:
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as seen:
            answer = approver.get(path)
        took = time.perf_counter() - began

        asked = [one["sql"] for one in seen.captured_queries if one["sql"].startswith("SELECT")]
        wrong += [(path, answer.status_code)] if answer.status_code != 200 else []
        wrong += [(path, f"{len(asked)} queries")] if len(asked) > QUERIES else []
        wrong += [(path, step, sql[:300]) for sql in asked for step in scans(sql)]
        print(f"{path}: {len(asked)} queries, {took * 1000:.0f} ms")  # noqa: T201 - for who measures

    assert not wrong
