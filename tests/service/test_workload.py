"""What a worker finds to do, and that doing it brings everybody to their account."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from fakes.faults import Status, requests
from latchkey.service import pausing, retrying
from latchkey.store.models import Change, Connection, Rule, SettingChange, State
from service.working import DOWN, add_to_group, empty_group, refusal, work, workload

__all__ = ["workload"]


def test_everybody_in_the_trigger_is_noticed_and_served(workplace, workload):
    workplace.rule()

    work(workload)

    assert workplace.world.broken_invariants() == []
    assert len(workplace.world.notes("Completed")) == 38


def test_contact_added_later_is_noticed_by_the_next_poll(workplace, workload):
    empty_group(workplace)
    workplace.rule()
    work(workload)
    add_to_group(workplace, 30)

    work(workload, looks=1)

    assert [note.contact_id for note in workplace.world.notes("Completed")] == [30]


def test_contact_added_to_a_standing_trigger_is_noticed_by_its_history(workplace, workload):
    workplace.rule(afterwards="keep")
    work(workload)
    made = len(workplace.world.notes("Completed"))

    work(workload)

    assert len(workplace.world.notes("Completed")) == made


def test_when_all_is_done_nothing_but_polling_is_left(workplace, workload):
    workplace.rule()
    work(workload)

    done = work(workload, looks=1)

    assert {job.name for job in done} == {"notice"}


def test_clock_that_was_years_ahead_and_is_put_right_stops_nobody(workplace, workload):
    workplace.rule()
    ahead = datetime.now(UTC) + timedelta(days=400)
    Connection.objects.update(next_poll_at=ahead, paired_at=ahead)
    Rule.objects.update(swept_at=ahead)

    names = {job.name for job in workload.due()}

    assert {"notice", "sweep", "pair"} <= names


def test_rule_with_a_schedule_waits_for_it(workplace, workload):
    rule = workplace.rule(when="0 3 * * *")

    work(workload)

    rule.refresh_from_db()
    assert not Change.objects.exists()
    assert rule.next_run_at is not None
    assert rule.next_run_at > datetime.now(UTC)


def test_run_missed_while_nobody_was_there_runs_once(workplace, workload):
    workplace.rule(when="0 3 * * *")
    work(workload)
    Rule.objects.update(next_run_at=datetime.now(UTC) - timedelta(days=3))

    done = work(workload)

    assert [job.name for job in done].count("sweep") == 1
    assert len(workplace.world.notes("Completed")) == 38


def test_nothing_is_carried_outside_the_allowed_hours(workplace, workload):
    hour = (datetime.now(UTC) + timedelta(hours=3)).hour
    workplace.rule(hours=f"{hour:02}:00-{(hour + 1) % 24:02}:00")

    work(workload)

    assert Change.objects.filter(state=State.DUE).exists()
    assert workplace.world.notes("Completed") == []


def test_limit_per_minute_is_not_passed(workplace, workload):
    workplace.rule(per_minute=60)

    work(workload, looks=1)

    created = [one for one in workplace.world.notes("Completed") if "created" in one.subject]
    assert 0 < len(created) <= 60 // 10


def test_site_that_is_down_is_left_alone_and_taken_up_again_by_itself(workplace, workload):
    workplace.rule()
    workplace.site_wire.inject(DOWN)

    work(workload)

    site = Connection.objects.get(role="site")
    assert site.paused_reason
    assert site.probe_at >= datetime.now(UTC) + timedelta(seconds=10)
    assert not Change.objects.exclude(attempts=0).exists()
    workplace.site_wire.mend()
    Connection.objects.update(probe_at=datetime.now(UTC))
    work(workload, looks=4)
    assert len(workplace.world.notes("Completed")) == 38


@pytest.mark.parametrize("name", [None, "www", "members"])
def test_what_a_person_paused_writes_nothing_until_resumed(workplace, workload, name):
    workplace.rule()
    pausing.pause(name, "anna")

    work(workload)

    assert workplace.world.notes() == []
    pausing.resume(name, "anna")
    work(workload)
    assert len(workplace.world.notes("Completed")) == 38
    assert SettingChange.objects.count() == 2


def test_pause_of_what_does_not_exist_lists_what_does(workplace):
    workplace.rule()

    with pytest.raises(pausing.NotFoundError, match="members"):
        pausing.pause("nonsense", "anna")


def test_failing_contact_gets_four_attempts_and_leaves_the_trigger(workplace, workload):
    rejected = Status(400, body=json.dumps(refusal("email", "Not this one.")).encode())
    empty_group(workplace)
    add_to_group(workplace, 30)
    workplace.rule()
    workplace.site_wire.inject(rejected, on=requests("POST", r"v2/users|batch/v1"))

    for _ in range(6):
        work(workload, looks=1)
        Change.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))

    assert Change.objects.get(contact_id=30).state == State.GIVEN_UP
    assert len(workplace.world.notes("Failed")) == 4
    assert "taken out" in workplace.world.notes("Failed")[-1].details
    assert workplace.world.members("Active Members") == set()


def test_retry_begins_a_new_episode(workplace, workload):
    test_failing_contact_gets_four_attempts_and_leaves_the_trigger(workplace, workload)
    workplace.site_wire.mend()

    assert retrying.retry() == 1
    work(workload)

    assert [note.contact_id for note in workplace.world.notes("Completed")] == [30]
    assert Change.objects.filter(contact_id=30).count() == 2


def test_contacts_in_the_reset_group_get_the_mail_and_leave_it(workplace, workload):
    workplace.rule(reset_group="Website users", history_group=None, notify="off")
    work(workload)
    linked = max(workplace.world.notes("Completed"), key=lambda one: one.contact_id)
    workplace.world.rows(
        "INSERT INTO civicrm_group_contact (group_id, contact_id, status) "
        "SELECT id, ?, 'Added' FROM civicrm_group WHERE title = 'Website users'",
        linked.contact_id,
    )

    work(workload)

    email = Change.objects.get(task="reset").email
    assert len(workplace.world.mails_to(email)) == 1
    assert workplace.world.members("Website users") == set()
    kinds = [
        n.kind for n in workplace.world.notes("Completed") if n.contact_id == linked.contact_id
    ]
    assert kinds == ["User Account Creation", "User Account Password Reset"]


def test_two_rules_of_a_site_make_one_account_with_both_roles(workplace, workload):
    workplace.rule("members", 0)
    workplace.rule("friends", 1, roles=["contributor"], username="x-{contact.contact_id}")

    for _ in range(4):
        work(workload, looks=2)
        Change.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))

    user = workplace.world.users()[workplace.world.links()[40]]
    assert user.roles >= {"subscriber", "contributor"}
    assert not user.login.startswith("x-")


def test_shared_trigger_is_left_when_both_rules_are_finished(workplace, workload):
    workplace.rule("members", 0)
    friends = workplace.rule("friends", 1, roles=["contributor"])
    pausing.pause("friends", "anna")
    work(workload)
    before = workplace.world.members("Active Members")

    pausing.resume("friends", "anna")
    for _ in range(4):
        work(workload, looks=2)
        Change.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))

    assert friends.changes.exists()
    assert 40 in before
    assert 40 not in workplace.world.members("Active Members")


def test_half_done_saves_are_completed_by_the_worker(workplace, workload):
    workplace.practice.switch(partial_saves=1)
    workplace.rule()

    work(workload)

    assert workplace.world.broken_invariants() == []


def test_group_that_is_gone_stops_the_rule_and_no_other(workplace, workload):
    workplace.rule("lost", 0, groups=["Nobody Knows"])
    workplace.rule("members", 1)

    work(workload)

    assert "Nobody Knows" in Rule.objects.get(name="lost").stopped_reason
    assert len(workplace.world.notes("Completed")) == 38


def test_work_of_a_site_that_another_worker_holds_is_left_to_it(workplace, workload):
    workplace.rule()
    moment = datetime.now(UTC) + timedelta(minutes=1)
    Connection.objects.filter(role="site").update(holder="worker-2", held_until=moment)

    done = work(workload)

    assert "carry" not in {job.name for job in workload.due()}
    assert workplace.world.notes() == []
    assert done
