"""Whatever people, networks and processes do, in any order: everybody comes to their fate, once.

Hypothesis draws the orders. `MODEL_EXAMPLES` asks for more of them, drawn anew; a failure prints
its steps, and the blob by which it is repeated.
"""

import os
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from fakes.practice import RunningPractice
from service.machine import Latchkey, die
from torture.traps import Trapper, lay

EXAMPLES = os.environ.get("MODEL_EXAMPLES")
STEPS = 12


@pytest.fixture
def machine_parts(
    practice: RunningPractice,
    transactional_db: None,  # noqa: ARG001 - threads see what is committed
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[RunningPractice, Trapper]:
    """A practice world that can be put back, and traps at every step."""
    with (
        closing(sqlite3.connect(practice.home / "practice.sqlite3")) as live,
        closing(sqlite3.connect(practice.home / "kept.sqlite3")) as kept,
    ):
        live.backup(kept)
    trapper = Trapper(end=die)
    lay(trapper, monkeypatch.setattr)
    return practice, trapper


@pytest.mark.slow
def test_everybody_comes_to_their_fate_once_in_whatever_order_things_happen(machine_parts):
    def machine() -> Latchkey:
        return Latchkey(*machine_parts)

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(EXAMPLES or 9),
            stateful_step_count=STEPS,
            derandomize=EXAMPLES is None,
            database=None,
            deadline=None,
            # A failing example of a few steps is readable as it is; shrinking it takes minutes.
            phases=(Phase.generate,),
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
