"""Times are read as written, or refused with what is right."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.times import checked_hours, checked_when, checked_zone

BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def can_come(expression: str) -> bool:
    """Whether every month has one of the days, so that nobody has to look for one."""
    return any(int(day) <= 28 for day in re.findall(r"(?:^|,)(\d+)", days_of(expression))) or (
        "*" in days_of(expression).split(",")
    )


def days_of(expression: str) -> str:
    return expression.split()[2]


@st.composite
def cron_expressions(draw: st.DrawFn) -> str:
    words = []
    for low, high in BOUNDS:
        first = draw(st.integers(low, high))
        last = draw(st.integers(first, high))
        step = draw(st.integers(1, 30))
        shapes = ["*", f"*/{step}", str(first), f"{first}-{last}", f"{first}-{last}/{step}"]
        words.append(",".join(draw(st.lists(st.sampled_from(shapes), min_size=1, max_size=3))))
    return " ".join(words)


@given(cron_expressions().filter(can_come))
def test_every_cron_expression_within_bounds_is_taken_as_it_is(expression: str) -> None:
    assert checked_when(expression) == expression


@given(st.text())
def test_any_text_is_a_time_or_a_value_error(text: str) -> None:
    for check in (checked_when, checked_hours, checked_zone):
        try:
            kept = check(text)
        except ValueError:
            continue
        assert check(kept) == kept


def test_days_and_months_may_be_named() -> None:
    assert checked_when("30 22 * Jan-Mar Mon,fri") == "30 22 * jan-mar mon,fri"


@pytest.mark.parametrize(
    "text", ["60 * * * *", "* * 0 * *", "* * * 13 *", "5-1 * * * *", "*/0 * * * *", "* * * * xyz"]
)
def test_cron_expression_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cron|slash"):
        checked_when(text)


def test_hours_may_pass_midnight_and_have_a_longer_dash() -> None:
    assert checked_hours("22:00 \u2013 06:00") == "22:00-06:00"


def test_hours_that_never_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="leave hours out"):
        checked_hours("08:00-08:00")


@pytest.mark.parametrize("text", ["0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_schedule_for_a_day_that_no_month_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="never comes"):
        checked_when(text)


def test_leap_day_is_a_day_that_comes() -> None:
    assert checked_when("0 0 29 2 *") == "0 0 29 2 *"
