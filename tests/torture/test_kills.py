"""Whatever process is killed, wherever it is on its way: nothing is lost and nothing doubled."""

import pytest

from torture.bouts import bout
from torture.counting import record
from torture.stage import Stage
from torture.traps import EVERY_TRAP
from torture.verdict import Calm, broken

pytestmark = pytest.mark.slow
COMMANDS = (("worker",), ("serve", "--port", "0"))
SEEDS = range(1, 4)


def test_everybody_is_served_once_though_killed_at_every_step(
    request: pytest.FixtureRequest, stage: Stage, calm: Calm
) -> None:
    stage.reset()
    linked = sorted(calm.linked)
    others = sorted(calm.everybody - calm.linked)
    entered: set[int] = set()

    for number, trap in enumerate(EVERY_TRAP):
        newcomers = [others[number], *([linked.pop()] if trap.place == "link" else [])]
        stage.enter(newcomers)
        entered |= set(newcomers)
        stage.fell_into(trap, stage.start(*COMMANDS[number % 2], trap=trap))
    stage.start("worker")
    stage.settle()
    stage.end_all()

    record(request, stage.ground.name, stage.tally)
    wrong = broken(stage, calm, frozenset(entered))
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("seed", SEEDS)
def test_everybody_is_served_once_though_killed_at_random_among_faults(
    request: pytest.FixtureRequest, stage: Stage, calm: Calm, seed: int
) -> None:
    came = bout(stage, calm, f"ci/{seed}")

    record(request, stage.ground.name, came.tally)
    assert not came.wrong, "\n".join(came.wrong)
