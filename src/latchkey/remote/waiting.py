"""For how long an answer asks to be left alone: `Retry-After` in both its forms (RFC 9110)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from latchkey.policy.retries import LONGEST_ASKED_FOR


def retry_after(given: str, date: str) -> float | None:
    """Seconds from now, None when nothing that means a time was said.

    `date` is when the answer was given, by the clock of who gave it: that clock may be wrong.
    """
    given = given.strip()
    if given.isascii() and given.isdigit():
        # A longer number is longer than the longest time.
        return min(float(given[:20]), LONGEST_ASKED_FOR.total_seconds())
    until = _moment(given)
    if until is None:
        return None
    wait = until - (_moment(date) or datetime.now(UTC))
    return max(timedelta(), min(wait, LONGEST_ASKED_FOR)).total_seconds()


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
