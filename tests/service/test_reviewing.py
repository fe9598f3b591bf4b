"""Plans that wait: told, released whole or in part, rejected, and never slipped under."""

import pytest

from latchkey.service import review
from latchkey.service.workload import RuleWorkload
from latchkey.store import plan_lists, plans
from latchkey.store.models import Change, Plan, Rule, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group, told, work, workload

__all__ = ["workload"]


def held_plan(workplace: Workplace, workload: RuleWorkload) -> Plan:
    """A plan that the brake holds."""
    workplace.rule(brake=5)
    work(workload)
    [plan] = plans.held()
    return plan


def test_held_plan_is_told_and_waits(workplace, workload):
    held_plan(workplace, workload)

    assert workplace.world.notes("Completed") == []
    [held] = told()
    assert "28" in held.text


def test_plan_whose_people_were_all_decided_anew_waits_no_more(workplace, workload):
    plan = held_plan(workplace, workload)
    before = [one.plan for one in plan_lists.waiting()]

    Change.objects.filter(plan=plan).update(plan=None)

    assert before == [plan.pk]
    assert plans.held() == list(plan_lists.waiting()) == []


def test_released_plan_is_carried_out_whole(workplace, workload):
    plan = held_plan(workplace, workload)

    review.release(plan, "bo")
    work(workload)

    assert len(workplace.world.notes("Completed")) == 38
    assert workplace.world.broken_invariants() == []


def test_plan_released_in_part_does_that_part_and_keeps_the_rest(workplace, workload):
    plan = held_plan(workplace, workload)
    some = list(plan.changes.filter(verdict="create").values_list("contact_id", flat=True)[:3])

    number = review.release(plan, "bo", only=some)
    work(workload)

    assert number == 3
    assert {note.contact_id for note in workplace.world.notes("Completed")} == set(some)
    assert plans.held() == [plan]


def test_contact_that_changed_after_the_plan_was_shown_is_held_with_the_difference(
    workplace, workload
):
    plan = held_plan(workplace, workload)
    workplace.world.rows("UPDATE civicrm_email SET email = 'new@example.net' WHERE contact_id = 40")
    workplace.world.rows("UPDATE civicrm_contact SET modified_date = 'later' WHERE id = 40")

    review.release(plan, "bo")
    work(workload)

    change = Change.objects.get(contact_id=40)
    assert change.state == State.HELD
    assert "new@example.net" in change.reason.sentence


def decide_anew(workplace: Workplace, workload: RuleWorkload, contact_id: int) -> None:
    """The contact gets another name, and the next sweep sees it."""
    workplace.world.rows(
        "UPDATE civicrm_contact SET modified_date = 'later', display_name = 'Other' WHERE id = ?",
        contact_id,
    )
    Rule.objects.update(swept_at=None)
    work(workload)


@pytest.mark.parametrize("only", [None, [40, 41]])
def test_contact_decided_anew_since_somebody_looked_is_not_released(workplace, workload, only):
    plan = held_plan(workplace, workload)
    shown = plan.changes.filter(state=State.DUE).count()
    decide_anew(workplace, workload, 40)

    number = review.release(plan, "bo", only, seen=plan.revision)
    waits = plans.revised(plan, plan.revision)
    work(workload)

    assert (number, waits) == (1 if only else shown - 1, 1)
    assert 40 not in {note.contact_id for note in workplace.world.notes("Completed")}
    assert 40 in plan.changes.filter(state=State.DUE).values_list("contact_id", flat=True)


def test_contact_decided_anew_is_released_by_whoever_saw_that(workplace, workload):
    plan = held_plan(workplace, workload)
    decide_anew(workplace, workload, 40)
    plan.refresh_from_db()
    seen = plan.revision
    decide_anew(workplace, workload, 41)

    review.release(plan, "bo", seen=seen)
    work(workload)

    done = {note.contact_id for note in workplace.world.notes("Completed")}
    assert (40 in done, 41 in done) == (True, False)


def test_sweep_that_finds_nothing_new_leaves_a_plan_as_it_was_seen(workplace, workload):
    plan = held_plan(workplace, workload)
    Rule.objects.update(swept_at=None)
    work(workload)

    review.release(plan, "bo", seen=0)

    plan.refresh_from_db()
    assert (plan.revision, plan.state) == (0, Plan.State.RELEASED)


def test_release_of_nobody_but_those_decided_anew_leaves_the_plan(workplace, workload):
    plan = held_plan(workplace, workload)
    decide_anew(workplace, workload, 40)

    number = review.release(plan, "bo", [40], seen=0)

    assert number == 0
    assert plans.held() == [plan]


def test_rejected_plan_is_not_planned_again_until_something_changes(workplace, workload):
    plan = held_plan(workplace, workload)

    review.reject(plan, "bo")
    Rule.objects.update(swept_at=None)
    work(workload)

    assert plans.held() == []
    assert workplace.world.notes("Completed") == []


def test_decided_plan_cannot_be_decided_again(workplace, workload):
    plan = held_plan(workplace, workload)
    review.reject(plan, "bo")

    with pytest.raises(review.ReviewError, match="rejected"):
        review.held_plan(plan.pk)


def test_many_small_runs_do_not_slip_under_the_brake(workplace, workload):
    workplace.rule(brake=5)
    empty_group(workplace)
    work(workload)

    for contact_id in range(30, 40):
        add_to_group(workplace, contact_id)
        work(workload, looks=1)

    assert len(workplace.world.notes("Completed")) == 5
    assert plans.held()
