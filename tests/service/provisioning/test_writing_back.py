"""What the CRM does not take of one contact holds up nobody else, and is not forgotten."""

import pytest

from crm.refusals import BROUGHT_DOWN, REFUSAL, naming
from fakes.faults import LoseAnswer, Status, nth, requests
from latchkey.service.provisioning.placing import NOT_IN_HISTORY, NOT_TAKEN_OUT
from latchkey.service.provisioning.progress import Silent
from latchkey.service.resetting import reset_passwords
from latchkey.store.clock import now
from latchkey.store.models import Change, Rule, State
from service.conftest import Workplace
from service.provisioning.going_on import until_done

HISTORY = "Website users"
TRIGGER = "Active Members"
ONE, ANOTHER = 40, 41


@pytest.fixture(autouse=True)
def small(workplace: Workplace) -> None:
    """Only two are in the trigger."""
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id NOT IN (?, ?)",
        ONE,
        ANOTHER,
    )


def test_contact_that_the_history_refuses_is_served_all_the_same(workplace: Workplace):
    workplace.crm_wire.inject(REFUSAL, on=naming("GroupContact/save", ONE))

    workplace.run(workplace.rule())

    change = Change.objects.get(contact_id=ONE)
    assert change.state == State.DONE
    assert "constraint" in change.details[NOT_IN_HISTORY]
    assert workplace.world.members(HISTORY) == {ANOTHER}
    assert workplace.world.members(TRIGGER) == set()


def test_contact_that_the_crm_does_not_let_out_stays_on_record_until_it_does(workplace: Workplace):
    rule = workplace.rule()
    workplace.crm_wire.inject(REFUSAL, on=naming("GroupContact/update", ONE))
    workplace.run(rule)
    kept = Change.objects.get(contact_id=ONE)
    stayed = workplace.world.members(TRIGGER)

    workplace.crm_wire.mend()
    workplace.run(rule)

    assert (kept.state, kept.is_open, stayed) == (State.DONE, True, {ONE})
    assert "constraint" in kept.details[NOT_TAKEN_OUT]
    left = Change.objects.get(contact_id=ONE)
    assert (left.is_open, left.details.get(NOT_TAKEN_OUT)) == (False, None)
    assert workplace.world.members(TRIGGER) == set()
    assert len(workplace.world.notes("Completed")) == 2


@pytest.mark.parametrize("action", ["GroupContact/save", "GroupContact/update"])
def test_lost_answer_about_a_group_is_asked_for_again(workplace: Workplace, action):
    rule = workplace.rule()
    workplace.crm_wire.inject(LoseAnswer(), on=requests("POST", action), when=nth(1, 2, 3))

    until_done(workplace, rule)

    assert workplace.world.members(HISTORY) == {ONE, ANOTHER}
    assert workplace.world.members(TRIGGER) == set()
    assert len(workplace.world.notes("Completed")) == 2


@pytest.mark.parametrize("fault", [BROUGHT_DOWN, Status(503)], ids=["lost", "busy"])
def test_contact_that_was_given_up_leaves_though_the_crm_gave_out(workplace: Workplace, fault):
    workplace.world.rows("UPDATE civicrm_email SET email = '' WHERE contact_id = ?", ONE)
    rule = workplace.rule(give_up_after=1)
    workplace.crm_wire.inject(fault, on=naming("GroupContact/update", ONE), when=nth(1, 2))
    workplace.run(rule)
    Change.objects.filter(contact_id=ONE).update(entered_at=now().replace(year=2020))
    workplace.world.rows("UPDATE civicrm_activity SET created_date = '2020-01-01 00:00:00'")

    until_done(workplace, rule)

    assert workplace.world.members(TRIGGER) == set()
    assert Change.objects.get(contact_id=ONE).state == State.GIVEN_UP
    assert len(workplace.world.notes("Failed")) == 2


def test_reset_mail_is_not_repeated_for_somebody_who_stays_in_its_group(workplace: Workplace):
    rule = workplace.rule(reset_group=HISTORY, history_group=None, notify="off")
    workplace.run(rule)
    email = Change.objects.get(contact_id=ONE).email
    workplace.crm_wire.inject(REFUSAL, on=naming("GroupContact/update", ONE))
    _put_into_history(workplace, ONE)

    for _ in range(2):
        _reset(workplace, rule)

    assert len(workplace.world.mails_to(email)) == 1
    workplace.crm_wire.mend()
    Change.objects.filter(task="reset").update(due_at=now())
    _reset(workplace, rule)
    assert workplace.world.members(HISTORY) == set()
    assert not Change.objects.get(task="reset").is_open


def _reset(workplace: Workplace, rule: Rule) -> None:
    reset_passwords(workplace.installation, rule, Silent())


def _put_into_history(workplace: Workplace, contact_id: int) -> None:
    workplace.world.rows(
        "INSERT INTO civicrm_group_contact (group_id, contact_id, status) "
        "SELECT id, ?, 'Added' FROM civicrm_group WHERE title = ?",
        contact_id,
        HISTORY,
    )
