"""What a second look at the one loop found: each was wrong once."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from fakes.faults import Status, nth, requests
from latchkey.policy.reasons import Why
from latchkey.service import retrying, review
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store import plans
from latchkey.store.models import Change, Plan, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group, refusal, work, workload

__all__ = ["workload"]

MAIL = requests("POST", r"wp-login")


def test_account_that_somebody_made_meanwhile_is_not_taken_for_ours(workplace, workload):
    workplace.rule(brake=5, existing="hold")
    empty_group(workplace)
    for contact_id in range(30, 40):
        add_to_group(workplace, contact_id)
    work(workload)
    change = Change.objects.get(contact_id=30)
    workplace.world.rows(
        "UPDATE wp_users SET login = ?, email = ? WHERE id = 5",
        change.intended_username,
        change.email,
    )
    roles = workplace.world.users()[5].roles

    review.release(plans.held()[0], "bo")
    work(workload)

    change.refresh_from_db()
    assert (change.state, change.why) == (State.HELD, Why.EXISTING_HELD)
    assert workplace.world.users()[5].roles == roles


def test_crm_that_takes_no_activity_does_not_keep_a_run_from_ending(workplace: Workplace):
    rule = workplace.rule()
    workplace.crm_wire.inject(Status(500), on=requests("POST", r"Activity/save"))

    summary = workplace.run(rule)

    assert summary["waiting"] > 0
    assert Change.objects.filter(owed__isnull=False).exists()


def test_contact_that_stayed_for_another_rule_leaves_when_it_may(workplace: Workplace):
    rule = workplace.rule()
    workplace.run(rule)
    change = Change.objects.filter(verdict="create", state=State.DONE)[0]
    add_to_group(workplace, change.contact_id)
    Change.objects.filter(pk=change.pk).update(is_open=True)

    workplace.run(rule)

    assert change.contact_id not in workplace.world.members("Active Members")
    assert workplace.world.broken_invariants() == []


def test_contacts_beyond_the_bound_of_a_run_are_served_by_the_next(workplace: Workplace):
    rule = workplace.rule(per_run=3)
    empty_group(workplace)
    for contact_id in range(30, 35):
        add_to_group(workplace, contact_id)

    first, second = workplace.run(rule), workplace.run(rule)

    assert (first["created"], second["created"]) == (3, 2)


def test_mail_that_the_site_refuses_for_now_is_sent_later_and_once(workplace: Workplace):
    rule = workplace.rule(notify="site")
    busy = Status(429, (("Retry-After", "1"), ("Content-Type", "text/html")), b"slow down")
    workplace.site_wire.inject(busy, on=MAIL, when=nth(1, 2, 3))

    for _ in range(4):
        with suppress(UnavailableError):
            workplace.run(rule)
        Change.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))

    told = Change.objects.filter(verdict="create", told="told")
    assert told.count() == 26
    assert {len(workplace.world.mails_to(change.email)) for change in told} == {1}


def test_retry_begins_anew_although_the_contact_is_still_in_the_trigger(workplace: Workplace):
    rule = workplace.rule()
    workplace.run(rule)
    change = Change.objects.filter(state=State.DONE)[0]
    Change.objects.filter(pk=change.pk).update(state=State.GIVEN_UP, is_open=True)

    number = retrying.retry(rule)

    assert number == 1
    assert Change.objects.filter(contact_id=change.contact_id, is_open=True).count() == 1
    assert Change.objects.get(contact_id=change.contact_id, is_open=True).episode == 2


def test_smart_reset_group_is_refused(workplace: Workplace):
    title = workplace.world.rows(
        "SELECT title FROM civicrm_group WHERE saved_search_id IS NOT NULL"
    )[0][0]

    with pytest.raises(RuleError, match="reset_group"):
        workplace.run(workplace.rule(reset_group=title))


@pytest.mark.parametrize("left", ["in a draft", "for the next run"])
def test_contact_that_was_tried_before_is_not_forgotten_where_its_new_plan_left_it(
    workplace: Workplace, left: str
):
    rejected = Status(400, body=json.dumps(refusal("email", "Not this one.")).encode())
    rule = workplace.rule()
    empty_group(workplace)
    add_to_group(workplace, 30)
    workplace.site_wire.inject(rejected, on=requests("POST", r"v2/users|batch/v1"))
    workplace.run(rule)
    workplace.site_wire.mend()
    if left == "in a draft":
        Plan.objects.update(state=Plan.State.DRAFT)
    due_at = None if left == "for the next run" else datetime.now(UTC)
    Change.objects.update(state=State.DUE, due_at=due_at)

    workplace.run(rule)

    assert Change.objects.get(contact_id=30).state == State.DONE
