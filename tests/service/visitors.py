"""Visitors of the welcome page: what they come with, and what comes of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from latchkey.policy.values import Account
from latchkey.remote.errors import RemoteError
from latchkey.service import visiting
from latchkey.service.visiting import Shown
from latchkey.service.workload import RuleWorkload
from latchkey.sites.wordpress.connector import WordPressSite
from latchkey.store.models import Connection, Rule, Visit
from service.addresses import primary
from service.conftest import Workplace
from service.working import add_to_group, empty_group

PERSON = 30
LINK = "https://www.example.org/user/reset/7/1/abc"


@pytest.fixture
def workload(workplace: Workplace) -> RuleWorkload:
    """A worker that leaves the triggers alone, so that only visits make accounts."""
    empty_group(workplace)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    Connection.objects.filter(pk=workplace.crm.pk).update(next_poll_at=tomorrow)
    return RuleWorkload(workplace.installation, "worker-1", lambda _crm: timedelta(days=1))


def welcoming(workplace: Workplace, **different: object) -> Rule:
    """A rule that people may come to, and somebody in its trigger."""
    rule = workplace.rule(**{"welcome": True, **different})
    Rule.objects.update(swept_at=datetime.now(UTC))
    add_to_group(workplace, PERSON)
    return rule


def checksum(workplace: Workplace, contact_id: int = PERSON, ago: timedelta = timedelta(0)) -> str:
    """One that the practice CRM takes for good, made so long ago."""
    query = "SELECT hash FROM civicrm_contact WHERE id = ?"
    [(secret,)] = workplace.world.rows(query, contact_id)
    seconds = int((datetime.now(UTC) - ago).timestamp())
    told = f"{secret}_{contact_id}_{seconds}_inf".encode()
    return f"{hashlib.md5(told).hexdigest()}_{seconds}_inf"  # noqa: S324 - CiviCRM's form


def visit(
    workplace: Workplace, workload: RuleWorkload, cs: str, contact_id: int = PERSON
) -> Visit.State:
    """Press the button and let the worker see to it; what it came to."""
    token = f"visit {Visit.objects.count()}"
    shown = Shown("members", str(contact_id), cs)
    visiting.ask(workplace.installation, shown, token, "192.0.2.1")
    jobs = [job for job in workload.due() if job.name == "visit"]
    for job in jobs:
        workload.perform(job)
    found = visiting.found(token)
    assert found is not None
    return Visit.State(found.state)


@contextmanager
def giving_links() -> Iterator[None]:
    """The site hands out one-time links meanwhile, as Drupal 7 does."""

    def one_time_links(_site: WordPressSite, accounts: list[Account]) -> list[str | RemoteError]:
        return [LINK for _ in accounts]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WordPressSite, "one_time_links", one_time_links, raising=False)
        yield


def mails(workplace: Workplace) -> list[str]:
    """The subjects of all mails to our person."""
    return workplace.world.mails_to(primary(workplace, PERSON))
