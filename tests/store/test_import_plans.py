"""What a person decides about an import holds against whoever is at work on it."""

import pytest

from latchkey.policy.reasons import Why
from latchkey.store import attempts, changes, import_plans
from latchkey.store.models import State, Task
from store import rows

pytestmark = pytest.mark.django_db


def test_cancelled_change_is_not_begun_by_the_worker_that_claimed_it():
    rule = rows.rule()
    change = rows.change(rule, 7)
    [claimed] = changes.claim(rule, Task.ACCOUNT, 10)

    assert import_plans.cancel(rule, "bo") == 1
    claimed.state = State.CREATING
    with pytest.raises(changes.LeaseLostError):
        attempts.start([claimed])

    change.refresh_from_db()
    assert (change.state, change.why) == (State.IGNORED, Why.IMPORT_CANCELLED)


def test_change_that_was_begun_is_not_cancelled():
    rule = rows.rule()
    rows.change(rule, 7, state=State.CREATING)

    assert import_plans.cancel(rule, "bo") == 0
