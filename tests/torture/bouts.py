"""One seeded bout: contacts come, processes are killed, wires and systems fail; then all is well.

What happens is drawn from the seed alone; when it happens depends on the machine as well.
"""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Fault,
    Html,
    LoseAnswer,
    Refuse,
    Stall,
    Status,
    seeded,
)
from torture.stage import Stage, Tally
from torture.traps import EVERY_TRAP
from torture.verdict import Calm, broken
from torture.victims import Victim

ROUNDS = 6
ENTERING = 6
# A life is measured in requests, so that a slow machine kills at the same places as a fast one.
MOST_REQUESTS = 50
LONGEST_LIFE = 5.0
HTML = (("Content-Type", "text/html"),)
FAULTS: tuple[Fault, ...] = (
    LoseAnswer(),
    LoseAnswer(hold=2.0),
    Refuse(),
    CutBody(),
    Html(),
    Stall(2.0),
    AnswerThenStatus(500),
    AnswerThenStatus(503),
    Status(500, HTML, b"<h1>Error</h1>"),
    Status(503, (("Retry-After", "1"), *HTML), b"<h1>Maintenance</h1>"),
    Status(429, (("Retry-After", "1"), *HTML), b"slow down"),
    Status(502, HTML, b"<h1>Bad gateway</h1>"),
)
COMMANDS = (("worker",), ("worker", "--threads", "1"), ("serve", "--port", "0"))


@dataclass(frozen=True, slots=True)
class Came:
    """How a bout ended: what is wrong, and how much was done."""

    wrong: list[str]
    tally: Tally


def bout(stage: Stage, calm: Calm, seed: str) -> Came:
    """Torment the stage by this seed, let it come to rest, and look at what is left."""
    stage.reset()
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose, nothing is secret
    waiting = sorted(calm.everybody)
    chance.shuffle(waiting)
    entered: set[int] = set()
    for number in range(ROUNDS):
        _round(stage, chance, f"{seed}/{number}", waiting[:ENTERING])
        entered |= set(waiting[:ENTERING])
        del waiting[:ENTERING]
    _rest(stage)
    return Came(broken(stage, calm, frozenset(entered)), stage.tally)


def _round(stage: Stage, chance: random.Random, seed: str, newcomers: Sequence[int]) -> None:
    """Some contacts come while one or two processes work, until those are killed."""
    _spoil(stage, chance, seed)
    stage.enter(list(newcomers))
    trap = chance.choice(EVERY_TRAP) if chance.random() < 0.5 else None
    victims = [stage.start(*chance.choice(COMMANDS), trap=trap)]
    if chance.random() < 0.4:
        victims.append(stage.start(*chance.choice(COMMANDS)))
    _live(stage, victims[0], requests=chance.randint(1, MOST_REQUESTS))
    if chance.random() < 0.15:
        stage.ground.lose_queue()
        stage.tally.faults["queue lost"] += 1
    if chance.random() < 0.15:
        stage.restart_practice()
    _end(stage, victims)


def _live(stage: Stage, victim: Victim, requests: int) -> None:
    """Until so many requests have been sent by all, or the victim has killed itself."""
    until = time.monotonic() + LONGEST_LIFE
    wanted = stage.requests() + requests
    while stage.requests() < wanted and victim.is_alive and time.monotonic() < until:
        time.sleep(0.005)


def _end(stage: Stage, victims: Sequence[Victim]) -> None:
    for victim in victims:
        if not stage.note_trapped(victim):
            stage.kill(victim, "at a random moment")


def _spoil(stage: Stage, chance: random.Random, seed: str) -> None:
    """New faults on the wires and in the systems instead of those of the last round."""
    for name, wire in (("crm", stage.crm_wire), ("site", stage.site_wire)):
        wire.mend()
        for fault in chance.sample(FAULTS, chance.randint(0, 3)):
            wire.inject(fault, when=seeded(chance.uniform(0.05, 0.3), f"{seed}/{name}/{fault}"))
    if chance.random() < 0.4:
        stage.switch(partial_saves=chance.randint(1, 2))
    if chance.random() < 0.3:
        stage.switch(deadlocks=1)


def _rest(stage: Stage) -> None:
    """No more faults; one worker finishes what is left, and ends as it is told to."""
    for wire in (stage.crm_wire, stage.site_wire):
        wire.mend()
    stage.start("worker")
    stage.settle()
    stage.end_all()
    stage.count_faults()
