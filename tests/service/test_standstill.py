"""What goes wrong with one rule or connection stops that one, with a reason, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest

from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, SiteError
from latchkey.service import pausing
from latchkey.service.tidying import TIDY
from latchkey.service.workload import RuleWorkload
from latchkey.sites.contract import Site
from latchkey.store import episodes
from latchkey.store.models import Change, Connection, Rule, State
from service.conftest import LIMITS, WiredConnect, Workplace
from service.working import told, work, workload

__all__ = ["workload"]

ONE = 40


@pytest.fixture(autouse=True)
def small(workplace: Workplace) -> None:
    """Only one contact is in the trigger."""
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id != ?", ONE
    )


def served(rule: str = "members") -> bool:
    """Whether the rule came to an end with its contact."""
    return Change.objects.filter(rule__name=rule, state=State.DONE).exists()


def odd_rule(workplace: Workplace) -> Rule:
    """A rule that comes before the ordinary one, and watches the same group."""
    return workplace.rule("odd", 0, username="x-{contact.contact_id}")


def test_rule_that_cannot_be_read_is_stopped_and_no_other(workplace, workload):
    odd = odd_rule(workplace)
    workplace.rule("members", 1)
    Rule.objects.filter(pk=odd.pk).update(definition={**odd.definition, "timezone": "Nowhere"})

    work(workload)

    odd.refresh_from_db()
    assert "did not foresee" in odd.stopped_reason
    assert [one.subject for one in told()] == ["the rule odd is stopped"]
    assert served()


@pytest.mark.parametrize("error", [ValueError("with a secret"), RejectedError("not this type")])
def test_rule_that_cannot_be_opened_is_stopped_and_no_other(
    workplace, workload, monkeypatch: pytest.MonkeyPatch, error
):
    odd = odd_rule(workplace)
    workplace.rule("members", 1)
    _failing(monkeypatch, "latchkey.service.workload.open_assignment", 1, odd, error)

    work(workload)

    odd.refresh_from_db()
    assert odd.stopped_reason
    assert "secret" not in odd.stopped_reason
    assert served()


def test_rule_whose_planning_goes_wrong_is_stopped_and_no_other(
    workplace, workload, monkeypatch: pytest.MonkeyPatch
):
    odd = odd_rule(workplace)
    workplace.rule("members", 1)
    Rule.objects.update(swept_at=workplace.installation.now())
    _failing(monkeypatch, "latchkey.service.noticing.take_up", 0, odd, ZeroDivisionError())

    work(workload)

    odd.refresh_from_db()
    assert "ZeroDivisionError" in odd.stopped_reason
    assert served()


def test_rule_whose_planning_of_a_wish_goes_wrong_is_stopped(
    workplace, workload, monkeypatch: pytest.MonkeyPatch
):
    odd = odd_rule(workplace)
    Rule.objects.update(swept_at=workplace.installation.now())
    episodes.ask_for(odd, [ONE])
    _failing(monkeypatch, "latchkey.service.workload.plan_asked", 0, odd, ZeroDivisionError())

    work(workload)

    odd.refresh_from_db()
    assert "ZeroDivisionError" in odd.stopped_reason
    assert not served("odd")


def test_crm_that_makes_no_sense_is_stopped_until_a_person_acts(
    workplace, workload, monkeypatch: pytest.MonkeyPatch
):
    workplace.rule()
    Rule.objects.update(swept_at=workplace.installation.now())
    crm = workplace.installation.connect.crm(workplace.crm)
    monkeypatch.setattr(crm, "poll", lambda _requests: 1 / 0)
    work(workload)
    stopped = Connection.objects.get(role="crm")
    monkeypatch.undo()

    work(workload)

    assert "ZeroDivisionError" in stopped.paused_reason
    assert not served()
    pausing.resume("main", "anna")
    work(workload)
    assert served()


def test_site_that_cannot_be_opened_stops_no_rule_of_another_site(workplace):
    broken = Connection.objects.create(key=uuid4(), role="site", name="old", kind="wordpress")
    rule = odd_rule(workplace)
    Rule.objects.filter(pk=rule.pk).update(site=broken)
    workplace.rule("members", 1)
    Rule.objects.update(swept_at=workplace.installation.now())
    connect = LockedConnect(Doors(limits=LIMITS))
    installation = replace(workplace.installation, connect=connect)

    due = RuleWorkload(installation, "worker-1", lambda _crm: timedelta(0)).due()
    [job] = [one for one in due if one.name not in {TIDY, "digest"}]
    carry = RuleWorkload(installation, "worker-1", lambda _crm: timedelta(0)).perform(job)

    connect.close()
    broken.refresh_from_db()
    assert "cannot be decrypted" in broken.paused_reason
    assert [one.name for one in carry] == ["carry"]


class LockedConnect(WiredConnect):
    """No key opens the credential of one site."""

    def site(self, connection: Connection) -> Site:
        """See Connect."""
        if connection.name == "old":
            raise SiteError("A stored credential cannot be decrypted.")
        return super().site(connection)


@pytest.mark.parametrize("edited", [{"url": "http://127.0.0.1:9"}, {"sealed": {"password": "x"}}])
def test_connection_that_was_edited_is_opened_anew_at_once(workplace, edited):
    connect = AskedConnect(Doors(limits=LIMITS))
    installation = replace(workplace.installation, connect=connect)
    workload = RuleWorkload(installation, "worker-1", lambda _crm: timedelta(0))
    workplace.rule()
    work(workload)
    before = len(connect.asked)
    work(workload)

    Connection.objects.filter(role="site").update(**edited)
    assert len(connect.asked) == before
    work(workload)

    connect.close()
    [(name, value)] = edited.items()
    assert getattr(connect.asked[-1], name) == value


class AskedConnect(WiredConnect):
    """Remembers which sites it was asked to open."""

    def __init__(self, doors: Doors) -> None:
        super().__init__(doors)
        self.asked: list[Connection] = []

    def site(self, connection: Connection) -> Site:
        """See Connect."""
        self.asked.append(connection)
        return super().site(connection)


def _failing(
    monkeypatch: pytest.MonkeyPatch, name: str, place: int, rule: Rule, error: Exception
) -> None:
    """What has this name raises the error where the argument at this place is about the rule."""
    module, _, function = name.rpartition(".")
    plain: Callable[..., Any] = getattr(import_module(module), function)

    def failing(*args: Any) -> Any:
        about = args[place]
        if getattr(about, "row", about).pk == rule.pk:
            raise error
        return plain(*args)

    monkeypatch.setattr(name, failing)
