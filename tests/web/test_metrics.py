"""Metrics say what waits, what came of attempts, who was called, and who is left alone."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from latchkey.remote.call import Call
from latchkey.store import pauses, vital_signs
from latchkey.store.clock import now
from latchkey.store.models import (
    AttemptEnded,
    AttemptStarted,
    Change,
    Connection,
    Plan,
    Rule,
    Run,
    State,
)
from latchkey.web import metrics
from web.around import Around, surrounded

HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000"}
OTHER_MACHINE = {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "latchkey.example.org"}
TOKEN = {"HTTP_AUTHORIZATION": "Bearer right"}


@pytest.fixture(autouse=True)
def around() -> Iterator[Around]:
    with surrounded() as around:
        yield around


@pytest.fixture
def rule(db: None) -> Rule:  # noqa: ARG001 - it is stored
    crm, site = (
        Connection.objects.create(key=uuid4(), role=role, name=name, kind="any")
        for role, name in (("crm", "main"), ("site", "www"))
    )
    return Rule.objects.create(name="members", position=0, crm=crm, site=site, definition={})


def scraped() -> dict[tuple[str, ...], float]:
    """Values by name and labels' values."""
    answer = Client().get("/metrics", **HERE)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def change(rule: Rule, contact: int, state: State, **given: object) -> Change:
    return Change.objects.create(
        rule=rule, contact_id=contact, state=state, entered_at=now() - timedelta(days=9), **given
    )


@pytest.mark.usefixtures("rule")
def test_rule_with_nothing_to_do_has_nothing_waiting() -> None:
    found = scraped()

    assert found["latchkey_waiting", "members"] == 0
    assert found["latchkey_oldest_waiting_seconds", "members"] == 0


def test_what_is_due_waits_and_what_is_due_later_does_not(rule) -> None:
    moment = now()
    change(rule, 1, State.DUE, due_at=moment - timedelta(seconds=90))
    change(rule, 2, State.MADE, due_at=moment - timedelta(seconds=10))
    change(rule, 3, State.DUE, due_at=moment + timedelta(minutes=30))
    change(rule, 4, State.HELD)
    change(rule, 5, State.DONE, is_open=False)

    found = scraped()

    assert found["latchkey_waiting", "members"] == 2
    assert 89 < found["latchkey_oldest_waiting_seconds", "members"] < 120


def test_owed_activity_waits_but_is_not_what_waits_longest(rule) -> None:
    change(rule, 1, State.REFUSED, owed={"kind": "creation"})

    found = scraped()

    assert found["latchkey_waiting", "members"] == 1
    assert found["latchkey_oldest_waiting_seconds", "members"] == 0


def test_plan_that_is_held_does_not_wait_for_the_worker(rule) -> None:
    run = Run.objects.create(rule=rule, started_at=now())
    held = Plan.objects.create(rule=rule, run=run, created_at=now(), state=Plan.State.HELD)
    change(rule, 1, State.DUE, due_at=now() - timedelta(minutes=1), plan=held)

    assert scraped()["latchkey_waiting", "members"] == 0


def test_attempts_are_counted_by_how_they_ended(rule) -> None:
    row = change(rule, 1, State.DONE)
    for number, outcome in enumerate(["failed", "failed", "done"], start=1):
        begun = AttemptStarted.objects.create(change=row, number=number, verdict="c", at=now())
        AttemptEnded.objects.create(started=begun, outcome=outcome, at=now())

    found = scraped()

    counted = {
        outcome: found["latchkey_attempts_total", outcome] for outcome in AttemptEnded.Outcome
    }
    assert counted == {"done": 1, "failed": 2, "held": 0, "refused": 0, "postponed": 0}


def test_connection_is_left_alone_when_it_does_not_work_or_a_person_says_so(rule) -> None:
    Connection.objects.filter(pk=rule.site_id).update(paused_reason="It is down.")
    before = scraped()
    pauses.pause("somebody", connection=rule.crm)
    after = scraped()

    paused = [(before, "crm.main"), (before, "site.www"), (after, "crm.main"), (after, "site.www")]
    assert [found["latchkey_paused", name] for found, name in paused] == [0, 1, 1, 1]


@pytest.mark.usefixtures("rule")
def test_pause_of_everything_leaves_every_connection_alone() -> None:
    pauses.pause("somebody")

    found = scraped()

    assert found["latchkey_paused", "crm.main"] == found["latchkey_paused", "site.www"] == 1


@pytest.mark.usefixtures("rule")
def test_calls_are_counted_by_connection_and_status_with_their_durations() -> None:
    count = metrics.observer_of("site.counted")
    count(Call("https://www.example.org", "POST", "/users", 201, 0.2))
    count(Call("https://www.example.org", "POST", "/users", 201, 0.4))
    count(Call("https://www.example.org", "POST", "/users", None, 60.0))
    metrics.observe(Call("https://unnamed.example.org", "GET", "/", 500, 0.1))

    found = scraped()

    assert found["latchkey_remote_call_seconds_count", "site.counted", "201"] == 2
    assert found["latchkey_remote_call_seconds_sum", "site.counted", "201"] == pytest.approx(0.6)
    assert found["latchkey_remote_call_seconds_count", "site.counted", "none"] == 1
    assert found["latchkey_remote_call_seconds_count", "https://unnamed.example.org", "500"] == 1


@pytest.mark.usefixtures("rule")
def test_every_metric_is_named_after_latchkey() -> None:
    assert {name.partition("_")[0] for name, *_ in scraped()} == {"latchkey"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("environment", "request_from", "status"),
    [
        ({}, HERE, 200),
        ({}, {**HERE, "REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"}, 200),
        ({}, OTHER_MACHINE, 401),
        ({}, {**OTHER_MACHINE, **TOKEN}, 401),
        ({}, {**HERE, "HTTP_X_FORWARDED_FOR": "192.0.2.7"}, 401),
        ({}, {**HERE, "HTTP_HOST": "rebound.example.org"}, 401),
        ({}, {**HERE, "REMOTE_ADDR": ""}, 401),
        ({"LATCHKEY_URL": "https://latchkey.example.org"}, HERE, 401),
        ({"LATCHKEY_URL": "http://localhost:8000"}, HERE, 200),
        ({"LATCHKEY_METRICS_TOKEN": "right"}, HERE, 401),
        ({"LATCHKEY_METRICS_TOKEN": "right"}, {**HERE, **TOKEN}, 200),
        ({"LATCHKEY_METRICS_TOKEN": "right"}, {**OTHER_MACHINE, **TOKEN}, 200),
        ({"LATCHKEY_METRICS_TOKEN": "other"}, {**OTHER_MACHINE, **TOKEN}, 401),
    ],
)
def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(
    around, environment, request_from, status
) -> None:
    around.environment = environment

    assert Client().get("/metrics", **request_from).status_code == status


def test_database_that_cannot_be_read_is_a_failed_scrape(monkeypatch) -> None:
    def away() -> None:
        raise OperationalError("no such host: db.example.org")

    monkeypatch.setattr(vital_signs, "waiting", away)

    answer = Client().get("/metrics", **HERE)

    assert answer.status_code == 503
    assert b"example.org" not in answer.content
