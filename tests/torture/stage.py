"""An installation of processes on a practice world, with a wire before each of its ends."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.faults import Fault, Pass
from fakes.practice import RunningPractice, both_ends, start_practice
from fakes.wire import Wire
from service.world import World
from torture.grounds import Ground
from torture.traps import Trap
from torture.victims import KILLED, Nursery, Victim

CONTACTS = 120
# As a worker claims: a crash delays the rest by so much.
LEASE_SECONDS = "0.7"
GROUP = "Active Members"
HISTORY = "Website users"
PATIENCE = 90.0
RULE = f"""
[rule.members]
crm = "main"
site = "www"
groups = ["{GROUP}"]
contact_types = ["Individual", "Organization"]
username = "{{contact.first_name}}.{{contact.last_name}}"
roles = ["subscriber"]
notify = "both"
history_group = "{HISTORY}"
"""
# What still has to be done, or is being done.
UNFINISHED = """
SELECT c.contact_id, c.state, c.attempts, c.due_at, c.lease_until, c.owed IS NOT NULL, p.state
FROM store_change c LEFT JOIN store_plan p ON p.id = c.plan_id
WHERE c.is_open AND (c.owed IS NOT NULL OR c.state IN
('noticed', 'due', 'creating', 'made', 'told', 'written_back'))
"""


@dataclass
class Tally:
    """How much was done to an installation."""

    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Count what was done elsewhere, too."""
        self.kills += other.kills
        self.faults += other.faults


class Stage:
    """Everything that one bout needs; `reset` makes it fit for the next."""

    def __init__(
        self, ground: Ground, nursery: Nursery, practice: RunningPractice, wires: tuple[Wire, Wire]
    ) -> None:
        self.ground = ground
        self.nursery = nursery
        self.practice = practice
        self.crm_wire, self.site_wire = wires
        self.world = World(practice.home)
        self.tally = Tally()
        self._victims: list[Victim] = []
        self._acts_counted = dict.fromkeys(wires, 0)

    def start(self, *argv: str, trap: Trap | None = None) -> Victim:
        """A process of the installation."""
        victim = self.nursery.bear(*argv, trap=trap)
        self._victims.append(victim)
        return victim

    def fell_into(self, trap: Trap, victim: Victim) -> None:
        """Wait until the victim has killed itself there. AssertionError when it does not."""
        status = victim.wait(PATIENCE)
        assert status == KILLED, f"nobody came {trap}: {status}\n{victim.log.read_text()[-3000:]}"
        self.tally.kills[f"{trap.moment} {trap.place}"] += 1

    def note_trapped(self, victim: Victim) -> bool:
        """Whether the victim has killed itself."""
        if victim.is_alive or victim.status != KILLED:
            return False
        self.tally.kills["in a trap"] += 1
        return True

    def kill(self, victim: Victim, when: str) -> None:
        """kill -9."""
        if victim.kill():
            self.tally.kills[when] += 1

    def enter(self, contact_ids: list[int]) -> None:
        """Put contacts into the trigger, as somebody in CiviCRM would."""
        marks = ",".join("?" * len(contact_ids))
        self.world.rows(
            f"UPDATE civicrm_group_contact SET status = 'Added' WHERE contact_id IN ({marks}) "  # noqa: S608 - question marks
            "AND group_id = (SELECT id FROM civicrm_group WHERE title = ?)",
            *contact_ids,
            GROUP,
        )

    def switch(self, **switches: object) -> None:
        """Set switches of the practice world."""
        self.practice.switch(**switches)
        self.tally.faults.update({name: one for name, one in switches.items() if one})

    def requests(self) -> int:
        """How many requests both ends have been sent so far."""
        return len(self.crm_wire.acts) + len(self.site_wire.acts)

    def count_faults(self) -> None:
        """Take what the wires did since into the tally."""
        for wire in (self.crm_wire, self.site_wire):
            acts = wire.acts
            fresh = acts[self._acts_counted[wire] :]
            self._acts_counted[wire] = len(acts)
            done = Counter(_named(act.fault) for act in fresh if not isinstance(act.fault, Pass))
            self.tally.faults.update(done)

    def restart_practice(self) -> None:
        """kill -9 of the CRM and the site, which come back."""
        self.practice.kill()
        self.tally.kills["CRM and site"] += 1
        port = int(self.practice.url.rpartition(":")[2])
        self.practice = start_practice(self.practice.home, port=port)

    def settle(self) -> None:
        """Wait until nothing is left to do. AssertionError when it takes too long."""
        wait_until(lambda: not self.unfinished(), lambda: f"still to do: {self.unfinished()}")

    def unfinished(self) -> list[str]:
        """What is not done yet: contacts that nobody has noticed, and changes under way."""
        known = {row[0] for row in self.ground.rows("SELECT contact_id FROM store_change")}
        unseen = self.world.members(GROUP) - known
        return [f"contact {one} is not noticed" for one in sorted(unseen)] + [
            f"contact {row[0]}: {row[1:]}" for row in self.ground.rows(UNFINISHED)
        ]

    def end_all(self) -> None:
        """End the processes that still run, as an administrator would."""
        for victim in self._victims:
            victim.end()

    def defects(self) -> list[str]:
        """What the product itself called a defect."""
        return [
            f"{victim.log}: {line[:2000]}"
            for victim in self._victims
            for line in victim.log.read_text().splitlines()
            if "hit a defect" in line or "could not be found out" in line
        ]

    def reset(self) -> None:
        """The world as it was seeded with nobody in the trigger, the database as configured."""
        for victim in self._victims:
            victim.kill()
        self._victims.clear()
        for wire in (self.crm_wire, self.site_wire):
            wire.mend()
        self.count_faults()
        self.tally = Tally()
        with (
            closing(sqlite3.connect(self.practice.home / "kept.sqlite3")) as kept,
            closing(sqlite3.connect(self.practice.home / "practice.sqlite3", timeout=30)) as live,
        ):
            kept.backup(live)
        self.ground.put_back()


def wait_until(happened: Callable[[], bool], complaint: Callable[[], str]) -> None:
    """Look until it has happened. AssertionError when it does not in time."""
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, complaint()
        time.sleep(0.1)


@contextmanager
def stage_on(make_ground: Callable[[Path], Ground], folder: Path) -> Iterator[Stage]:
    """A stage that has been configured, with nobody in the trigger."""
    home = folder / "home"
    home.mkdir(parents=True)
    practice = start_practice(folder / "practice", CONTACTS)
    with ExitStack() as stack:
        crm, site = (stack.enter_context(Wire(practice.url)) for _ in range(2))
        ground = make_ground(home)
        environment = {
            "LATCHKEY_HOME": str(home),
            "LATCHKEY_LEASE_SECONDS": LEASE_SECONDS,
            "TORTURE_MAIL_URL": site.url,
            **ground.environment(),
        }
        nursery = stack.enter_context(Nursery(environment, folder))
        stage = Stage(ground, nursery, practice, (crm, site))
        # It may be another one by then.
        stack.callback(lambda: stage.practice.stop())  # noqa: PLW0108 - as said
        _configure(stage, folder)
        yield stage
        stage.reset()


def _configure(stage: Stage, folder: Path) -> None:
    file = folder / "latchkey.toml"
    file.write_text(both_ends(stage.crm_wire.url, stage.site_wire.url) + RULE)
    loading = stage.start("config", "load", str(file))
    assert loading.wait() == 0, loading.log.read_text()
    stage.ground.keep()
    stage.world.rows("UPDATE civicrm_group_contact SET status = 'Removed'")
    with (
        closing(sqlite3.connect(stage.practice.home / "practice.sqlite3")) as live,
        closing(sqlite3.connect(stage.practice.home / "kept.sqlite3")) as kept,
    ):
        live.backup(kept)


def _named(fault: Fault) -> str:
    code = getattr(fault, "code", "")
    return f"{type(fault).__name__} {code}".strip()
