"""What is lost, doubled or half-done on the way is put right: the invariant holds."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Html,
    LoseAnswer,
    Refuse,
    Stall,
    Status,
    nth,
    requests,
)
from latchkey.service.provisioning import carrying
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import run_rule
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store.models import AttemptEnded, Change, Connection, Task
from latchkey.store.threads import own_connection
from service.conftest import Workplace
from service.provisioning.going_on import Killed, until_done

BATCH = requests("POST", r"batch/v1")
ACTIVITIES = requests("POST", r"Activity/save")
TOO_MANY = Status(429, (("Retry-After", "1"), ("Content-Type", "text/html")), b"slow down")
STEPS = carrying.STEPS[Task.ACCOUNT]


@pytest.mark.parametrize(
    "fault",
    [LoseAnswer(), AnswerThenStatus(500), CutBody(), Status(500), Html(), Stall(4), Refuse()],
    ids=lambda fault: type(fault).__name__,
)
def test_fault_in_the_middle_of_creating_leaves_no_double(workplace: Workplace, fault):
    rule = workplace.rule()
    workplace.site_wire.inject(fault, on=BATCH, when=nth(1))

    until_done(workplace, rule)

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38
    assert not AttemptEnded.objects.filter(outcome="failed").exists()


@pytest.mark.parametrize(
    "fault",
    [LoseAnswer(), AnswerThenStatus(500), CutBody(), Status(500), Html(), Refuse(), TOO_MANY],
    ids=lambda fault: type(fault).__name__,
)
def test_fault_in_writing_activities_writes_each_once(workplace: Workplace, fault):
    rule = workplace.rule()
    workplace.crm_wire.inject(fault, on=ACTIVITIES, when=nth(1, 2))

    until_done(workplace, rule)

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38
    assert len(workplace.world.notes("Failed")) == 5


def test_lost_answer_while_our_activity_types_are_made_is_no_defect(workplace: Workplace):
    rule = workplace.rule()
    workplace.crm_wire.inject(LoseAnswer(), on=requests("POST", r"OptionValue/save"), when=nth(1))

    with pytest.raises(UnavailableError):
        workplace.run(rule)

    until_done(workplace, rule)
    assert len(workplace.world.notes("Completed")) == 38


def test_half_done_bulk_saves_are_completed(workplace: Workplace):
    workplace.practice.switch(partial_saves=2)

    until_done(workplace, workplace.rule())

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38


def test_deadlocked_user_without_role_and_link_is_repaired(workplace: Workplace):
    # WordPress with CiviCRM makes a contact for a user whose address only an organisation has.
    organisation = workplace.world.contact_named("Friends of the Library")
    rule = workplace.rule(contact_types=["Individual", "Organization"])
    workplace.practice.switch(deadlocks=1)

    until_done(workplace, rule)

    user = workplace.world.users()[workplace.world.links()[organisation]]
    assert user.roles == {"subscriber"}
    assert workplace.world.broken_invariants() == []


def test_account_whose_answer_was_lost_is_ours_though_the_site_linked_another(
    workplace: Workplace,
):
    # For an organisation WordPress with CiviCRM makes a contact, and links that one.
    organisation = workplace.world.contact_named("Friends of the Library")
    rule = workplace.rule(contact_types=["Individual", "Organization"])
    workplace.site_wire.inject(LoseAnswer(), on=BATCH, when=nth(1, 2, 3, 4))

    until_done(workplace, rule)

    assert "Completed" in {
        note.status for note in workplace.world.notes() if note.contact_id == organisation
    }
    assert workplace.world.broken_invariants() == []


def test_site_that_is_down_spends_nobodys_attempt(workplace: Workplace):
    rule = workplace.rule()
    workplace.site_wire.inject(Status(503, (("Retry-After", "30"),), b""), on=BATCH)

    with pytest.raises(UnavailableError):
        workplace.run(rule)

    assert not Change.objects.exclude(attempts=0).exists()
    assert Connection.objects.get(role="site").paused_reason
    workplace.site_wire.mend()
    assert until_done(workplace, rule)["failed"] == 0
    assert Connection.objects.get(role="site").paused_reason == ""
    assert workplace.world.broken_invariants() == []


def test_wrong_credential_stops_and_names_the_site(workplace: Workplace):
    rule = workplace.rule()
    denied = Status(401, body=b'{"code":"rest_not_logged_in","message":"no","data":{}}')
    workplace.site_wire.inject(denied, on=requests("GET", r"users/me"))

    with pytest.raises(UnavailableError, match=r"site\.www"):
        workplace.run(rule)

    assert len(workplace.world.links()) < 38


def test_lost_answer_of_the_mail_is_asked_for_once_more_and_then_shown(workplace: Workplace):
    rule = workplace.rule(notify="site")
    workplace.site_wire.inject(LoseAnswer(), on=requests("POST", r"wp-login"))

    workplace.run(rule)

    told = set(Change.objects.filter(verdict="create").values_list("told", flat=True))
    assert told == {"perhaps", "not_wanted"}
    mails = [
        len(workplace.world.mails_to(row.email)) for row in Change.objects.filter(told="perhaps")
    ]
    assert set(mails) == {2}


def test_two_runs_at_once_make_no_account_twice(workplace: Workplace):
    rule = workplace.rule()

    def run() -> dict[str, Any]:
        with own_connection():
            return run_rule(workplace.installation, rule, Silent())

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(run) for _ in range(2)]:
            one.result()

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", [step.__name__ for step in STEPS])
def test_run_that_dies_at_a_step_is_resumed(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, step, moment
):
    rule = workplace.rule()
    dying = [_dying(one, step, moment) for one in STEPS]
    monkeypatch.setattr(carrying, "STEPS", {Task.ACCOUNT: dying})
    with pytest.raises(Killed):
        workplace.run(rule)
    monkeypatch.undo()

    Change.objects.update(lease_until=None)
    until_done(workplace, rule)

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38


def _dying(step: Callable[..., None], name: str, moment: str) -> Callable[..., None]:
    def dying(work: Any, cases: Any) -> None:
        if step.__name__ != name:
            step(work, cases)
            return
        if moment == "after":
            step(work, cases)
        raise Killed

    return dying
