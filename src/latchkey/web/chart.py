"""The plot of the dashboard: bars whose sizes are reckoned here and drawn by a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from latchkey.store.board import Day

WIDTH, HEIGHT = 560.0, 120.0
GAP = 0.28


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: what was done below, what failed above it. Lengths are units of the drawing."""

    day: date
    done: int
    failed: int
    x: float
    width: float
    done_y: float
    done_height: float
    failed_y: float
    failed_height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars with what a reader who cannot see them is told."""

    bars: Sequence[Bar]
    done: int
    failed: int
    most: int
    width: float = WIDTH
    height: float = HEIGHT


def chart(days: Sequence[Day]) -> Chart:
    """The plot of these days; without any work its bars have no height."""
    most = max((one.done + one.failed for one in days), default=0)
    step = WIDTH / max(len(days), 1)
    return Chart(
        bars=[
            _bar(one, place * step, step, HEIGHT / max(most, 1)) for place, one in enumerate(days)
        ],
        done=sum(one.done for one in days),
        failed=sum(one.failed for one in days),
        most=most,
    )


def _bar(one: Day, left: float, step: float, unit: float) -> Bar:
    done, failed = round(one.done * unit, 2), round(one.failed * unit, 2)
    return Bar(
        day=one.day,
        done=one.done,
        failed=one.failed,
        x=round(left + step * GAP / 2, 2),
        width=round(step * (1 - GAP), 2),
        done_y=round(HEIGHT - done, 2),
        done_height=done,
        failed_y=round(HEIGHT - done - failed, 2),
        failed_height=failed,
    )
