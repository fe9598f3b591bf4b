"""Once a day, what has been kept for long enough is thrown away."""

from collections.abc import Sequence
from datetime import datetime

from latchkey.jobs.contract import Task as Job
from latchkey.store import alerts, expired
from latchkey.store.clock import now

TIDY = "tidy"


def tidy_jobs(moment: datetime) -> list[Job]:
    """Whether it has not been done yet today (UTC)."""
    today = f"{moment:%Y-%m-%d}"
    return [] if alerts.is_known(f"{TIDY} {today}") else [Job(TIDY, today)]


def tidy(today: str) -> Sequence[Job]:
    """Throw it away; of several workers the first one does."""
    if alerts.once(f"{TIDY} {today}"):
        expired.forget(now())
    return []
