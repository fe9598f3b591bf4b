"""`make torture`: as many kills as are asked for, over all grounds; not collected by itself.

TORTURE_KILLS, TORTURE_SEED and TORTURE_FIRST (the number of the first bout) choose; a bout that
fails is named by its seed, and `make torture ARGS="SEED=1 FIRST=7 KILLS=3"` does it again.
"""

import os

import pytest

from torture.bouts import Came, bout
from torture.counting import record
from torture.stage import Stage, Tally
from torture.verdict import Calm

KILLS = int(os.environ.get("TORTURE_KILLS", "1000"))
SEED = os.environ.get("TORTURE_SEED", "1")
FIRST = int(os.environ.get("TORTURE_FIRST", "1"))
GROUNDS = 3


def test_everybody_is_served_once_whatever_happens(
    request: pytest.FixtureRequest,
    stage: Stage,
    calm: Calm,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done, failed, number = Tally(), list[str](), FIRST

    while done.kills.total() < KILLS / GROUNDS:
        came = _come_through(stage, calm, f"{SEED}/{number}")
        done.add(came.tally)
        failed += [f"bout {SEED}/{number}: {one}" for one in came.wrong]
        with capsys.disabled():
            _say(stage, f"bout {SEED}/{number}", done, came.wrong)
        number += 1

    record(request, stage.ground.name, done)
    with capsys.disabled():
        _say(stage, f"all of {number - FIRST} bouts", done, failed)
    assert not failed, "\n".join(failed)


def _come_through(stage: Stage, calm: Calm, seed: str) -> Came:
    """How the bout ended; one that never came to rest is wrong as well, and ends no other."""
    try:
        return bout(stage, calm, seed)
    except AssertionError as stuck:
        return Came([str(stuck)], stage.tally)


def _say(stage: Stage, what: str, done: Tally, wrong: list[str]) -> None:
    held = "the invariant does not hold" if wrong else "the invariant holds"
    counts = f"{done.kills.total()} kills, {done.faults.total()} faults so far"
    lines = [f"{stage.ground.name} {what}: {held}; {counts}", *(f"  {one[:2000]}" for one in wrong)]
    print("\n".join(lines), flush=True)  # noqa: T201 - for a person who waits
