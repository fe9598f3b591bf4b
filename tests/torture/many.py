"""`make torture`: as many kills as are asked for, over all grounds; not collected by itself.

TORTURE_KILLS, TORTURE_SEED and TORTURE_FIRST (the number of the first bout) choose; a bout that
fails is named by its seed, and `make torture SEED=… FIRST=… KILLS=1` does it again.
"""

import os

import pytest

from torture.bouts import bout
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
    done, failed = Tally(), list[str]()
    number = FIRST

    while done.kills.total() < KILLS / GROUNDS:
        came = bout(stage, calm, f"{SEED}/{number}")
        done.add(came.tally)
        failed += [f"bout {SEED}/{number}: {one}" for one in came.wrong]
        with capsys.disabled():
            print(_progress(stage, number, done, came.wrong), flush=True)  # noqa: T201 - for a person who waits
        number += 1

    record(request, stage.ground.name, done)
    assert not failed, "\n".join(failed)


def _progress(stage: Stage, number: int, done: Tally, wrong: list[str]) -> str:
    counts = f"{done.kills.total()} kills, {done.faults.total()} faults"
    return f"{stage.ground.name} bout {SEED}/{number}: {counts}; {len(wrong)} broken"
