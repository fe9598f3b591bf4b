"""The main job against a bare load generator that sends the same requests to the same systems."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.children import say
from bench.table import Row
from fakes.faults import Request
from fakes.practice import start_practice
from fakes.wire import Pace, Wire, at_once

CONTACTS = 1000
ROUNDS = 3
AIM_RATIO, AIM_CPU = 0.95, 1.0


def field_pace(request: Request) -> float:
    """What real systems were seen to take, in seconds: 40 ms a request, 62 accounts a second in
    batches of 25, 200 activities and 310 members of groups a second in hundreds.
    """
    for path, seconds in (("batch/v1", 0.4), ("Activity/save", 0.5), ("GroupContact/", 0.3)):
        if path in request.path:
            return seconds
    return 0.04


def measured(folder: Path) -> list[Row]:
    """Without mails at both paces; with both mails the processor time alone is of interest."""
    seeded = folder / "seeded"
    start_practice(seeded, CONTACTS).stop()
    return [
        *_compared(seeded, "off", "practice systems", at_once),
        *_compared(seeded, "off", "at the pace of real ones", field_pace),
        *_compared(seeded, "both", "practice systems, both mails", at_once),
    ]


def _compared(seeded: Path, notify: str, named: str, pace: Pace) -> list[Row]:
    """Rounds of both, one after the other, each on a fresh copy of the same world."""
    file = seeded.parent / "requests.json"
    with _fresh(seeded, pace) as (home, url):
        say("job", str(home), url, notify, str(file))
    jobs, bares = [], []
    for _ in range(ROUNDS):
        with _fresh(seeded, pace) as (home, url):
            jobs.append(say("job", str(home), url, notify))
        with _fresh(seeded, pace) as (_, url):
            bares.append(say("bare", str(file), url))
    if any(one["unlike"] for one in bares):
        raise RuntimeError("the bare generator was answered otherwise than the job")
    return _rows(named, jobs, bares)


def _rows(named: str, jobs: list[dict[str, Any]], bares: list[dict[str, Any]]) -> list[Row]:
    served, requests = jobs[0]["served"], bares[0]["requests"]
    # The best of each: whatever else the machine does only makes them worse.
    job, bare = (min(one["seconds"] for one in several) for several in (jobs, bares))
    cpu = min(one["cpu"] for one in jobs) / served * 1000
    return [
        {
            "what": f"share of a bare generator: {named}",
            "measured": f"{bare / job:.0%}",
            "of": f"{served / job:.0f} of {served / bare:.0f} accounts/s, {requests} requests",
            "aim": f"at least {AIM_RATIO:.0%}",
        },
        {
            "what": f"own processor time an account: {named}",
            "measured": f"{cpu:.2f} ms",
            "of": f"{served} accounts",
            "aim": f"at most {AIM_CPU:.0f} ms",
        },
    ]


@contextmanager
def _fresh(seeded: Path, pace: Pace) -> Iterator[tuple[Path, str]]:
    """An empty home, and the practice systems as they were seeded, at a pace."""
    home, world = seeded.with_name("home"), seeded.with_name("world")
    home.mkdir()
    practice = start_practice(shutil.copytree(seeded, world))
    try:
        if pace is at_once:
            yield home, practice.url
        else:
            with Wire(practice.url, pace) as wire:
                yield home, wire.url
    finally:
        practice.stop()
        shutil.rmtree(world)
        shutil.rmtree(home)
