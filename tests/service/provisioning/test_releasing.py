"""What is released is what was shown: nothing that was edited since slips in."""

import pytest

from latchkey.policy.reasons import Why
from latchkey.service import review
from latchkey.service.workload import RuleWorkload
from latchkey.store import plans
from latchkey.store.models import Change, State
from service.conftest import Workplace
from service.working import add_to_group, empty_group, work, workload

__all__ = ["workload"]

FIELDS = ["first_name={contact.first_name}"]


@pytest.fixture
def released(workplace: Workplace, workload: RuleWorkload) -> Workplace:
    """A plan to make two accounts was shown and released, and is not carried out yet."""
    workplace.rule(review="always", fields=FIELDS)
    empty_group(workplace)
    for contact_id in (30, 31):
        add_to_group(workplace, contact_id)
    work(workload, looks=1)
    [plan] = plans.held()
    assert review.release(plan, "bo") == 2
    return workplace


@pytest.mark.parametrize(
    ("edited", "says"),
    [
        ({"roles": ["contributor"], "fields": []}, "→ contributor"),
        ({"fields": []}, "→ subscriber"),
    ],
)
def test_rule_edited_after_the_release_is_held_with_the_difference(
    released: Workplace, workload: RuleWorkload, edited, says
):
    before = released.world.users()

    released.rule(review="always", **edited)
    work(workload, looks=1)

    assert released.world.users() == before
    held = Change.objects.filter(state=State.HELD, why=Why.CHANGED_SINCE_PLAN)
    assert [change.reason.sentence.endswith(says) for change in held] == [True, True]


def test_edit_that_gives_nobody_anything_else_does_not_hold_what_was_released(
    released: Workplace, workload: RuleWorkload
):
    released.rule(review="always", fields=FIELDS, per_run=7)

    work(workload, looks=1)

    assert {note.contact_id for note in released.world.notes("Completed")} == {30, 31}


def test_plan_that_is_shown_after_the_edit_gives_what_the_rule_says_then(
    released: Workplace, workload: RuleWorkload
):
    released.rule(review="always", roles=["contributor"])
    work(workload, looks=1)
    [rule] = {change.rule for change in Change.objects.select_related("rule")}
    type(rule).objects.update(swept_at=None)
    work(workload, looks=1)

    [plan] = plans.held()
    review.release(plan, "bo")
    work(workload, looks=1)

    users, links = released.world.users(), released.world.links()
    assert {users[links[i]].roles for i in (30, 31)} == {frozenset({"contributor"})}
