"""When a failed attempt is made again, and when a person has to look."""

from datetime import timedelta

ATTEMPTS = 4
SPACING = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
JITTER = 0.2
FIRST_PROBE = timedelta(seconds=15)
LONGEST_PROBE = timedelta(minutes=15)
# Whoever asks for more, by mistake or in the year 9999, is asked again once a day.
LONGEST_ASKED_FOR = timedelta(days=1)


def is_last(attempt: int) -> bool:
    """Whether this attempt (1 for the first) is the one after which Latchkey gives up."""
    return attempt >= ATTEMPTS


def wait_after(attempt: int, chance: float) -> timedelta:
    """How long to wait after a failed attempt that was not the last.

    `chance` is a random number in [0, 1); the wait is moved by up to a fifth, so that contacts
    which failed together do not come back together.
    """
    spread = 1 + JITTER * (2 * chance - 1)
    wait: timedelta = SPACING[attempt - 1] * spread
    return wait


def probe_after(failures: int, retry_after: float | None) -> timedelta:
    """How long a paused site is left alone after so many failed probes in a row (1 or more)."""
    backed_off = min(LONGEST_PROBE, FIRST_PROBE * int(2 ** min(failures - 1, 10)))
    asked_for = min(retry_after or 0, LONGEST_ASKED_FOR.total_seconds())
    return max(backed_off, timedelta(seconds=asked_for))
