"""An import may be paused, cancelled, killed and tried out, and doubles nobody."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from fakes.faults import Status, requests
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Paused
from latchkey.service import retrying
from latchkey.service.importing import running
from latchkey.service.importing.planning import ask_for_plan, plan_import
from latchkey.service.importing.running import cancel, carry_out, confirm, finish, pause, resume
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.service.importing.trying import check_mailbox
from latchkey.service.importing.uploading import upload_part
from latchkey.service.provisioning import carrying
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store import pauses
from latchkey.store.models import Change, Import, ImportRow, State, Task
from service.conftest import LIMITS, WiredConnect
from service.importing.conftest import HEADINGS, PEOPLE, Desk
from service.provisioning.going_on import Killed

CREATING = requests("POST", r"batch|wp/v2/users|wp%2Fv2%2Fusers")
MANY = [HEADINGS, *((f"p{i}@example.org", f"First{i}", f"Last{i}") for i in range(450))]
STEPS = carrying.STEPS[Task.ACCOUNT]


def test_worker_plans_then_waits_then_carries_and_ends(desk: Desk):
    one = desk.upload()
    desk.shape(one)
    ask_for_plan(desk.fresh(one))
    desk.work()
    assert desk.fresh(one).state == "planned"
    assert "zoe@example.org" not in desk.users()

    confirm(desk.fresh(one), "anna")
    desk.work()

    assert desk.fresh(one).state == "done"
    assert desk.counts(one) == {"created": 3}
    assert desk.work(looks=1) == [] or {job.name for job in desk.work(looks=1)} == {"notice"}


def test_what_the_site_does_not_allow_is_said_and_can_be_changed(desk: Desk):
    one = desk.upload()
    desk.shape(one, history_group="No such group")
    ask_for_plan(desk.fresh(one))

    desk.work()

    assert desk.fresh(one).state == "uploaded"
    assert "has no groups" in desk.fresh(one).problem
    desk.shape(desk.fresh(one))
    assert desk.plan(one).problem == ""


def test_paused_import_writes_nothing_until_it_is_resumed(desk: Desk):
    one = desk.ready()
    confirm(one, "anna")
    pause(one, "anna")

    with pytest.raises(Paused):
        desk.carry(one)

    desk.work()
    assert "zoe@example.org" not in desk.users()
    assert resume(desk.fresh(one), "anna")
    assert desk.carry(one) == {"created": 3}


def test_pause_in_the_middle_stops_before_the_next_write(desk: Desk):
    one = desk.ready(MANY)
    confirm(one, "anna")
    settled: list[Change] = []

    class Watching(Silent):
        """Pauses the import when the first change is settled."""

        def settled(self, change: Change, outcome: str, sentence: str) -> None:  # noqa: ARG002 - the protocol's
            if not settled:
                pause(one, "anna")
            settled.append(change)

    guarded = WiredConnect(
        Doors(limits=LIMITS, guard=partial(pauses.stop_if_paused, desk.workplace.site.pk))
    )
    installation = replace(desk.workplace.installation, connect=guarded)
    with pytest.raises(UnavailableError):
        carry_out(installation, desk.fresh(one), Watching(), lambda _seconds: None)
    guarded.close()

    made = desk.counts(one)["created"]
    assert 0 < made < 450
    resume(desk.fresh(one), "anna")
    Change.objects.update(lease_until=None)
    assert desk.carry(one) == {"created": 450}
    assert len(desk.users()) == len(desk.workplace.world.users())


def test_cancelled_import_begins_nothing_more_and_says_so(desk: Desk):
    one = desk.ready()
    confirm(one, "anna")

    assert cancel(desk.fresh(one), "anna") == 3

    desk.work()
    assert desk.fresh(one).state == "cancelled"
    assert {row.reason for row in desk.rows(one)} == {"anna cancelled the import"}
    assert not ImportRow.objects.exclude(cells="").exists()
    assert "zoe@example.org" not in desk.users()


def test_cancelled_import_carries_what_has_begun_to_its_end(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    one = desk.ready()
    confirm(one, "anna")
    die_at(monkeypatch, "verify", "after")
    with pytest.raises(Killed):
        desk.carry(one)
    monkeypatch.undo()

    assert cancel(desk.fresh(one), "anna") == 0
    Change.objects.update(lease_until=None)
    desk.work()

    assert desk.counts(one) == {"created": 3}
    assert desk.fresh(one).state == "done"


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", [step.__name__ for step in STEPS])
def test_import_that_is_killed_goes_on_where_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
):
    rows = [(*HEADINGS, "Password"), *((*row, f"Secret-{row[1]}-1") for row in PEOPLE)]
    one = desk.ready(rows, notify="latchkey")
    confirm(one, "anna")
    die_at(monkeypatch, step, moment)
    with pytest.raises(Killed):
        desk.carry(one)
    monkeypatch.undo()

    Change.objects.update(lease_until=None)

    assert desk.carry(one) == {"created": 3}
    emails = [user.email for user in desk.workplace.world.users().values()]
    assert len(emails) == len(set(emails))
    assert desk.fresh(one).state == "done"


def die_at(monkeypatch: pytest.MonkeyPatch, name: str, moment: str) -> None:
    """End the process at a step of the way."""

    def dying(step: Callable[..., None]) -> Callable[..., None]:
        def at_once(given: Any, cases: Any) -> None:
            if step.__name__ != name or moment == "after":
                step(given, cases)
            if step.__name__ == name:
                raise Killed

        return at_once

    monkeypatch.setattr(carrying, "STEPS", {Task.ACCOUNT: [dying(step) for step in STEPS]})


def test_planning_that_was_killed_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    one = desk.upload()
    desk.shape(one)
    ask_for_plan(desk.fresh(one))

    def die(*_args: Any) -> None:
        raise Killed

    monkeypatch.setattr("latchkey.service.importing.planning.import_plans.take_in", die)
    with pytest.raises(Killed):
        desk.plan(one)
    monkeypatch.undo()

    desk.work()

    assert desk.fresh(one).state == "planned"
    assert desk.counts(one) == {"created": 3}


def test_site_that_is_down_stops_the_import_and_spends_nobodys_attempt(desk: Desk):
    one = desk.ready()
    confirm(one, "anna")
    desk.workplace.site_wire.inject(Status(503, (("Retry-After", "30"),), b""), on=CREATING)

    with pytest.raises(UnavailableError):
        desk.carry(one)

    assert desk.fresh(one).state == "running"
    assert not Change.objects.exclude(attempts=0).exists()
    desk.workplace.site_wire.mend()
    Change.objects.update(lease_until=None)
    assert desk.carry(one) == {"created": 3}


def test_mails_are_staggered_by_the_limit_a_minute(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    one = desk.ready(per_minute=20, notify="latchkey")
    confirm(one, "anna")
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            monkeypatch.setattr(running.changes, "creations_due", lambda _rule: 0)

    carry_out(desk.workplace.installation, desk.fresh(one), Silent(), wait)

    assert waits == [1.0, 1.0]
    assert desk.counts(one) == {"created": 1, "waiting": 2}


def test_test_run_mails_the_administrator_only(desk: Desk):
    source = desk.upload()
    test = upload_part(desk.workplace.installation, source, 2, "anna@example.net")
    desk.shape(test, notify="latchkey")
    desk.plan(test)
    confirm(desk.fresh(test), "anna")

    assert desk.carry(test) == {"created": 2}

    emails = [row.email for row in desk.rows(test)]
    assert emails == ["anna+test_1@example.net", "anna+test_2@example.net"]
    assert desk.workplace.world.mails_to(emails[0]) != []
    assert "zoe@example.org" not in desk.users()
    assert desk.fresh(source).state == "uploaded"


def test_mailbox_of_a_test_has_to_be_an_address():
    with pytest.raises(ImportRefusedError, match="is no e-mail address"):
        check_mailbox("anna")


def test_import_cannot_be_confirmed_before_it_was_shown_or_twice(desk: Desk):
    one = desk.upload()
    desk.shape(one)
    with pytest.raises(ImportRefusedError, match="look at its preview first"):
        confirm(desk.fresh(one), "anna")
    desk.plan(one)
    confirm(desk.fresh(one), "anna")

    with pytest.raises(ImportRefusedError, match="This import is running"):
        confirm(desk.fresh(one), "anna")
    with pytest.raises(ImportRefusedError):
        plan_import(desk.workplace.installation, desk.fresh(one), Silent())


def test_import_that_waits_for_another_attempt_is_not_over(desk: Desk):
    one = desk.ready()
    confirm(one, "anna")
    Change.objects.filter(email="zoe@example.org").update(due_at="2999-01-01T00:00:00Z")

    assert desk.carry(one) == {"waiting": 1, "created": 2}

    assert not finish(desk.fresh(one))
    assert desk.fresh(one).state == Import.State.RUNNING


def test_retry_of_all_rules_leaves_imports_as_they_are(desk: Desk):
    one = desk.run()
    Change.objects.filter(email="zoe@example.org").update(state=State.GIVEN_UP)

    number = retrying.retry()

    assert number == 0
    assert sum(desk.counts(one).values()) == running.summary(desk.fresh(one))["seen"] == 3
