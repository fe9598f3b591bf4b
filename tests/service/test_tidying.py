"""What is kept for a while only is thrown away once a day, and nothing else."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session

from latchkey.service.tidying import tidy, tidy_jobs
from latchkey.store import alerts
from latchkey.store.clock import now
from latchkey.store.models import Alert

pytestmark = pytest.mark.django_db


def work() -> list[str]:
    """Do what is due; the names of it."""
    jobs = tidy_jobs(now())
    for job in jobs:
        tidy(job.key)
    return [job.name for job in jobs]


def test_sessions_that_are_over_are_thrown_away():
    for key, hours in (("over", -1), ("goes-on", 1)):
        end = now() + timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=end)

    work()

    assert [one.session_key for one in Session.objects.all()] == ["goes-on"]


def test_attempts_to_log_in_are_forgotten_after_a_day():
    for name, hours in (("yesterday", 30), ("just-now", 0)):
        one = AccessAttempt.objects.create(username=name, failures_since_start=3)
        moment = now() - timedelta(hours=hours)
        AccessAttempt.objects.filter(pk=one.pk).update(attempt_time=moment)

    work()

    assert [one.username for one in AccessAttempt.objects.all()] == ["just-now"]


def test_mark_of_a_day_is_forgotten_and_what_was_told_stays():
    alerts.once("digest 2020-01-01")
    alerts.raise_alert("rule 1", "the rule is stopped", "it has no role")
    Alert.objects.update(at=now() - timedelta(days=400))

    work()

    assert not alerts.is_known("digest 2020-01-01")
    assert alerts.is_known("rule 1")


def test_it_is_done_once_a_day():
    assert work() == ["tidy"]
    assert work() == []
    assert tidy_jobs(now() + timedelta(days=1))
