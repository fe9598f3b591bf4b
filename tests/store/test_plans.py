"""Plans: what a person decides about one holds against whoever read it before."""

import pytest

from latchkey.policy.reasons import Why
from latchkey.store import changes, episodes, plans
from latchkey.store.models import Plan, State
from store import rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("only", [None, [7]])
def test_sweep_that_read_before_does_not_change_what_was_released(only):
    rule = rows.rule()
    plan = rows.plan(rule)
    change = rows.change(rule, 7, plan=plan, why=Why.NO_ACCOUNT_YET)
    [read] = episodes.notice(rule, [7], rows.run(rule))

    assert plans.release(plan, "bo", only) == 1
    read.email, read.verdict = "other@example.org", "link"
    changes.write_plan([read])

    change.refresh_from_db()
    assert (change.email, change.verdict) == ("7@example.org", "create")
    assert change.plan is not None
    assert change.plan.state == Plan.State.RELEASED


def test_sweep_that_read_before_does_not_take_up_what_was_rejected():
    rule = rows.rule()
    plan = rows.plan(rule)
    change = rows.change(rule, 7, plan=plan, why=Why.NO_ACCOUNT_YET)
    [read] = episodes.notice(rule, [7], rows.run(rule))

    plans.reject(plan, "bo")
    read.email, read.why = "other@example.org", Why.LINKED_BY_EMAIL
    changes.write_plan([read])

    change.refresh_from_db()
    assert (change.state, change.why) == (State.IGNORED, Why.PLAN_REJECTED)
