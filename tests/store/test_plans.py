"""Plans: what a person decides about one holds against whoever read it before."""

from datetime import UTC, datetime, timedelta

import pytest

from latchkey.policy.reasons import Why
from latchkey.store import attempts, changes, episodes, plans
from latchkey.store.models import AttemptEnded, Change, Plan, State
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


BEGUN = (State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)


@pytest.mark.parametrize("state", [State.DUE, *BEGUN])
def test_sliding_day_counts_an_account_from_its_decision_to_its_end(state):
    rule = rows.rule()
    change = rows.change(rule, 7, plan=rows.plan(rule, Plan.State.OPEN))
    if state in BEGUN:
        attempts.start([change])
    Change.objects.update(state=state)

    assert plans.created_in_a_day(rule, but=rows.plan(rule)) == 1


def test_sliding_day_counts_an_account_once_when_it_is_done():
    rule = rows.rule()
    change = rows.change(rule, 7)
    attempts.start([change])
    change.state = State.DONE
    attempts.end([attempts.End(change, attempts.Outcome.DONE, "")])

    assert plans.created_in_a_day(rule, but=rows.plan(rule)) == 1


@pytest.mark.parametrize("days", [0, 2])
def test_sliding_day_does_not_count_who_leaves_late_once_more(days):
    rule = rows.rule()
    change = rows.change(rule, 7)
    attempts.start([change])
    attempts.end([attempts.End(change, attempts.Outcome.DONE, "")])
    Change.objects.update(state=State.TOLD)
    AttemptEnded.objects.update(at=datetime.now(UTC) - timedelta(days=days))

    assert plans.created_in_a_day(rule, but=rows.plan(rule)) == (1 if days == 0 else 0)
