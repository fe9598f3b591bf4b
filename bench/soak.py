"""`make soak`: contacts arrive steadily for ten minutes, and neither memory nor backlog may grow.

ARGS="--minutes 2 --per-minute 60" makes it shorter or calmer. It compares the second third of the
time with the last: the first warms everything up.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import mean
from urllib.request import urlopen

from bench.standing import Served, Standing, standing
from bench.table import Row, show

CONTACTS = 1600
EVERY_SECONDS = 30.0
POLL_SECONDS = 5.0
# What the allocator may keep more than before without anything being lost.
ALLOWED_MEGABYTES = 8.0
# Arrivals of so many polls may wait at any moment.
ALLOWED_POLLS = 3


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one moment. `arrived` counts from the beginning."""

    seconds: float
    megabytes: float
    backlog: int
    arrived: int
    accounts: int


def main() -> None:
    """Run the soak; exit status 1 when something grows."""
    parser = argparse.ArgumentParser(description="Steady arrivals on `latchkey serve`.")
    parser.add_argument("--minutes", type=float, default=10.0, help="how long")
    parser.add_argument("--per-minute", type=int, default=120, help="how many contacts arrive")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="latchkey-soak-") as folder:
        looks = _soak(Path(folder), options.minutes * 60, options.per_minute / 60)
    wrong = growing(looks, options.per_minute / 60)
    sys.stdout.write("".join(f"{one}\n" for one in wrong or ["Neither memory nor backlog grows."]))
    sys.exit(bool(wrong))


def growing(looks: Sequence[Look], per_second: float) -> list[str]:
    """What grows from the second third of the looks to the last, in sentences."""
    third = max(1, len(looks) // 3)
    earlier, later = looks[-2 * third : -third] or looks[:1], looks[-third:]
    more = mean(one.megabytes for one in later) - mean(one.megabytes for one in earlier)
    waiting = mean(one.backlog for one in later) - mean(one.backlog for one in earlier)
    allowed = ALLOWED_POLLS * POLL_SECONDS * per_second
    wrong = [f"Memory grows by {more:.1f} MB."] if more > ALLOWED_MEGABYTES else []
    return wrong + ([f"The backlog grows by {waiting:.0f} contacts."] if waiting > allowed else [])


def _soak(folder: Path, seconds: float, per_second: float) -> list[Look]:
    with standing(folder, CONTACTS) as ground, ground.serving(POLL_SECONDS) as served:
        looks = []
        for look in _looks(ground, served, seconds, per_second):
            looks.append(look)
            show([_row(look)], heading=len(looks) == 1)
        return looks


def _looks(ground: Standing, served: Served, seconds: float, per_second: float) -> Iterator[Look]:
    """Let contacts arrive, and look every half minute. Everybody may come again."""
    people, began, arrived = cycle(ground.ordinary()), time.monotonic(), 0
    before, next_look = len(ground.world.users()), EVERY_SECONDS
    while next_look <= seconds:
        passed = time.monotonic() - began
        fresh = int(passed * per_second) - arrived
        ground.enter([next(people) for _ in range(fresh)])
        arrived += fresh
        if passed >= next_look:
            with urlopen(f"{served.url}/readyz", timeout=20) as answer:  # noqa: S310 - loopback, by http
                answer.read()
            next_look += EVERY_SECONDS
            made = len(ground.world.users()) - before
            yield Look(passed, served.memory(), ground.waiting(), arrived, made)
        time.sleep(0.5)


def _row(look: Look) -> Row:
    return {
        "minute": f"{look.seconds / 60:.1f}",
        "memory": f"{look.megabytes:.1f} MB",
        "arrived": str(look.arrived),
        "accounts": str(look.accounts),
        "waiting": str(look.backlog),
    }


if __name__ == "__main__":
    main()
