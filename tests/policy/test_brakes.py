"""What holds a whole plan."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.brakes import brake
from latchkey.policy.retries import ATTEMPTS, SPACING, is_last, probe_after, wait_after
from policy.making import rule


@pytest.mark.parametrize(
    ("creations", "today", "kind"),
    [(500, 0, None), (501, 0, "plan"), (100, 401, "day"), (100, 400, None), (0, 900, None)],
)
def test_brake_counts_the_plan_and_a_sliding_day(creations, today, kind):
    held = brake(rule(), creations=creations, changes=creations, created_today=today)

    assert (held.kind if held else None) == kind


def test_brake_names_both_numbers():
    held = brake(rule(brake=10), creations=25, changes=25, created_today=0)

    assert held is not None
    assert "25" in held.sentence
    assert "10" in held.sentence


def test_review_of_everything_holds_a_single_change():
    held = brake(rule(review=0), creations=0, changes=1, created_today=0)

    assert held is not None
    assert held.kind == "review"


def test_rule_without_review_is_not_held_by_its_number_of_changes():
    assert brake(rule(), creations=0, changes=10_000, created_today=0) is None


@given(st.integers(1, ATTEMPTS - 1), st.floats(0, 1, exclude_max=True))
def test_waits_are_spaced_and_moved_by_a_fifth_at_most(attempt, chance):
    wait = wait_after(attempt, chance)

    assert SPACING[attempt - 1] * 0.8 <= wait <= SPACING[attempt - 1] * 1.2


def test_fourth_attempt_is_the_last():
    assert [is_last(number) for number in range(1, 5)] == [False, False, False, True]


@given(st.integers(1, 1000), st.none() | st.floats(0, 86_400))
def test_a_paused_site_is_never_probed_before_it_asked_to_be(failures, retry_after):
    wait = probe_after(failures, retry_after)

    assert wait >= timedelta(seconds=retry_after or 0)
    assert wait >= timedelta(seconds=15)


@given(st.floats(86_400, 1e300))
def test_a_site_that_asks_for_ever_is_probed_once_a_day(retry_after):
    assert probe_after(1, retry_after) == timedelta(days=1)
