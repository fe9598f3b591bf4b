"""What waits in a held plan is given on demand only by somebody who may release it."""

import pytest

from latchkey.service import errands, review
from latchkey.service.on_demand import BY_APPROVER
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import provision
from latchkey.service.workload import RuleWorkload
from latchkey.store import plans
from latchkey.store.models import Change, Errand, Plan, Rule, SettingChange, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group, work, workload

__all__ = ["workload"]


@pytest.fixture
def rule(workplace: Workplace, workload: RuleWorkload) -> Rule:
    """A rule with a held plan of two accounts."""
    rule = workplace.rule(review="always")
    empty_group(workplace)
    for contact_id in (30, 31):
        add_to_group(workplace, contact_id)
    work(workload, looks=1)
    return rule


def test_contact_in_a_held_plan_is_refused_with_the_number_of_the_plan(
    workplace: Workplace, rule: Rule
):
    [plan] = plans.held()

    with pytest.raises(review.ReviewError, match=f"waits in plan {plan.pk} "):
        provision(workplace.installation, rule, 30, Silent())

    assert plans.contacts_of(plan) == {30, 31}
    assert workplace.world.notes() == []


def test_approver_releases_the_contact_and_nobody_else(workplace: Workplace, rule: Rule):
    [plan] = plans.held()

    change = provision(workplace.installation, rule, 30, Silent(), "bo")

    assert change.state == State.DONE
    assert change.plan is not None
    assert (change.plan.state, change.plan.decided_by) == (Plan.State.RELEASED, "bo")
    assert plans.contacts_of(plan) == {31}
    assert SettingChange.objects.get().by == "bo"


@pytest.mark.parametrize(("mode", "made"), [("", set()), (BY_APPROVER, {30})])
def test_errand_gives_what_whoever_asked_may_release(workplace: Workplace, rule: Rule, mode, made):
    errand = errands.ask(Errand.Kind.PROVISION, "bo", rule=rule, contact_id=30, mode=mode)

    errands.perform(workplace.installation, errand.pk)

    errand.refresh_from_db()
    assert {note.contact_id for note in workplace.world.notes("Completed")} == made
    assert ("waits in plan" in errand.problem) is (not made)


def test_contact_that_its_plan_does_not_hold_any_more_is_given_its_account(
    workplace: Workplace, rule: Rule
):
    review.release(plans.held()[0], "bo")

    change = provision(workplace.installation, rule, 30, Silent())

    assert change.state == State.DONE
    assert Change.objects.get(contact_id=31).state == State.DUE


def test_whom_a_rejected_plan_held_is_refused_to_whoever_may_not_release(
    workplace: Workplace, rule: Rule
):
    review.reject(plans.held()[0], "bo")

    with pytest.raises(review.ReviewError, match=r"bo rejected the plan\. Ask a person who may"):
        provision(workplace.installation, rule, 30, Silent())

    assert Change.objects.get(contact_id=30).state == State.IGNORED
    assert workplace.world.notes() == []


def test_whoever_edits_the_contact_does_not_slip_under_a_rejection(
    workplace: Workplace, rule: Rule
):
    review.reject(plans.held()[0], "bo")
    workplace.world.rows("UPDATE civicrm_contact SET modified_date = 'later' WHERE id = 30")

    with pytest.raises(review.ReviewError):
        provision(workplace.installation, rule, 30, Silent())

    assert workplace.world.notes() == []


def test_approver_decides_anew_about_one_contact_of_a_rejected_plan(
    workplace: Workplace, rule: Rule
):
    review.reject(plans.held()[0], "bo")

    change = provision(workplace.installation, rule, 30, Silent(), "maria")

    assert change.state == State.DONE
    assert Change.objects.get(contact_id=31).state == State.IGNORED
    decided = SettingChange.objects.latest("pk")
    assert (decided.by, decided.before, decided.after) == ("maria", "ignored", "decide anew")
    assert workplace.world.broken_invariants() == []


def test_what_came_of_an_errand_that_carried_nothing_out_is_a_row_of_it(workplace: Workplace):
    nobody = workplace.world.contact_named("Friends of the Library")
    rule = workplace.rule(groups=["Website users"], history_group=None)
    provision(workplace.installation, rule, nobody, Silent())
    errand = errands.ask(Errand.Kind.PROVISION, "bo", rule=rule, contact_id=nobody)

    errands.perform(workplace.installation, errand.pk)

    last = errand.rows.latest("pk")
    assert last.outcome == "refused"
    assert "contact type Organization" in last.sentence
