"""Checksums of links are read, and only recent ones count."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.checksums import Checksum, parse

CRM = UUID(int=1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DIGESTS = st.text("0123456789abcdef", min_size=32, max_size=32)
SECONDS = st.integers(0, 4_000_000_000)
HOURS = st.none() | st.integers(0, 10_000)


def written(digest: str, seconds: int, hours: int | None) -> str:
    """As CiviCRM writes it."""
    return f"{digest}_{seconds}_{'inf' if hours is None else hours}"


def made(ago: timedelta) -> Checksum:
    """A checksum of so long ago."""
    return Checksum("0" * 32, NOW - ago, None)


@given(DIGESTS, SECONDS, HOURS)
def test_checksum_is_read_in_its_parts(digest: str, seconds: int, hours: int | None) -> None:
    found = parse(written(digest, seconds, hours))

    assert found == Checksum(digest, datetime.fromtimestamp(seconds, UTC), hours)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_checksum_or_none(text: str) -> None:
    found = parse(text)

    assert found is None or text.startswith(f"{found.digest}_{found.made_at.timestamp():.0f}_")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "__",
        f"{'0' * 32}_1",
        f"{'0' * 31}_1_1",
        f"{'0' * 32}_1_1\n",
        f"{'0' * 32}_-1_1",
        f"{'0' * 32}_٣_1",
        f"{'0' * 32}_{'9' * 12}_inf",
    ],
)
def test_what_is_written_otherwise_is_no_checksum(text: str) -> None:
    assert parse(text) is None


@given(st.timedeltas(timedelta(minutes=-5), timedelta(minutes=60, seconds=-1)))
def test_checksum_of_the_last_hour_is_fresh(ago: timedelta) -> None:
    assert made(ago).is_fresh(NOW)


@given(st.timedeltas(timedelta(minutes=60), timedelta(days=5000)))
def test_checksum_is_too_old_after_an_hour_however_long_the_crm_takes_it(ago: timedelta) -> None:
    assert not made(ago).is_fresh(NOW)


def test_checksum_from_the_future_is_none_of_ours() -> None:
    assert not made(timedelta(minutes=-6)).is_fresh(NOW)


@given(DIGESTS, SECONDS, HOURS, st.integers(1, 10**9), st.integers(1, 10**9))
def test_mark_is_of_one_checksum_and_contact_and_tells_neither(
    digest: str, seconds: int, hours: int | None, one: int, other: int
) -> None:
    checksum = parse(written(digest, seconds, hours))
    assert checksum is not None

    mark = checksum.mark(CRM, one)

    assert len(mark) == 64
    assert digest not in mark
    assert (mark == checksum.mark(CRM, other)) is (one == other)
