"""A limit per minute holds for every minute, and is used well."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latchkey.policy.pacing import Bucket, Pace

NOON = datetime(2025, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

limits = st.integers(1, 5000)
asks = st.lists(st.tuples(st.floats(0, 90), st.integers(0, 2000)), min_size=1, max_size=60)


def taken_over(limit: int, asked: list[tuple[float, int]]) -> list[tuple[datetime, int]]:
    """What a pace allowed, by moment; `asked` are waits in seconds and numbers wanted."""
    pace, bucket, moment = Pace(limit), None, NOON
    allowed = []
    for wait, wanted in asked:
        moment += timedelta(seconds=wait)
        taken = pace.take(bucket, wanted, moment)
        bucket = taken.bucket
        allowed.append((moment, taken.allowed))
    return allowed


@settings(deadline=None)
@given(limits, asks)
def test_no_minute_has_more_than_the_limit(limit, asked) -> None:
    allowed = taken_over(limit, asked)

    for begin, _ in allowed:
        within = sum(number for at, number in allowed if begin <= at < begin + MINUTE)
        assert within <= limit


@settings(deadline=None)
@given(limits, asks)
def test_nobody_is_given_more_than_was_wanted_or_less_than_none(limit, asked) -> None:
    for (_, wanted), (_, allowed) in zip(asked, taken_over(limit, asked), strict=True):
        assert 0 <= allowed <= wanted


@settings(deadline=None)
@given(limits, st.integers(1, 2000))
def test_asking_again_when_told_to_is_worth_it(limit, wanted) -> None:
    pace = Pace(limit)
    emptied = pace.take(None, 10_000, NOON)

    first = pace.take(emptied.bucket, wanted, NOON)
    second = pace.take(first.bucket, wanted, first.at)

    assert first.allowed == 0
    assert first.at > NOON
    assert second.allowed == min(wanted, pace.at_once)


@pytest.mark.parametrize("limit", [1, 7, 20, 60, 600, 5000])
def test_steady_work_comes_to_nearly_the_limit(limit) -> None:
    pace, bucket, moment, total = Pace(limit), None, NOON, 0

    while moment < NOON + 60 * MINUTE:
        taken = pace.take(bucket, limit, moment)
        bucket, moment, total = taken.bucket, taken.at, total + taken.allowed

    assert 0.95 * limit * 60 <= total <= limit * 60


def test_clock_that_is_put_back_neither_fills_nor_empties_the_bucket() -> None:
    bucket = Bucket(level=1.0, at=NOON)

    earlier = Pace(60).take(bucket, 0, NOON - timedelta(hours=1)).bucket

    assert earlier == bucket
