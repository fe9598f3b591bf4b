"""An installation to be measured: practice systems, a home with one rule, and `latchkey serve`."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.practice import RunningPractice, both_ends, start_practice
from service.world import World

COMMAND = (sys.executable, "-m", "latchkey.project.console")
GROUP = "Active Members"
HOOK_TOKEN = "a token of the bench"  # noqa: S105 - made up, for loopback
PATIENCE = 60.0
RULE = f"""
[rule.members]
crm = "main"
site = "www"
groups = ["{GROUP}"]
username = "{{contact.first_name}}.{{contact.last_name}}"
roles = ["subscriber"]
notify = "site"
brake = 100000
"""
# Whom the rule serves by a new account, without anything that a person would have to decide.
ORDINARY = """
SELECT c.id FROM civicrm_contact c
JOIN civicrm_email e ON e.contact_id = c.id AND e.is_primary = 1 AND e.on_hold = 0
LEFT JOIN wp_users u ON u.email = e.email
WHERE c.contact_type = 'Individual' AND c.is_deceased = 0 AND c.is_deleted = 0
AND c.do_not_email = 0 AND u.id IS NULL AND e.email LIKE '%@%.%'
GROUP BY e.email HAVING count(*) = 1 ORDER BY c.id
"""
MOVE = """
UPDATE civicrm_group_contact SET status = ?
WHERE group_id = (SELECT id FROM civicrm_group WHERE title = ?)
"""


@dataclass(frozen=True, slots=True)
class Served:
    """`latchkey serve` at `url`."""

    url: str
    process: subprocess.Popen[str] = field(repr=False)

    def memory(self, mark: str = "VmRSS") -> float:
        """What it holds in megabytes, by a mark of the kernel's: VmRSS now, VmHWM at most."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines()
        [kilobytes] = [line.split()[1] for line in lines if line.startswith(f"{mark}:")]
        return int(kilobytes) / 1024


@dataclass(frozen=True, slots=True)
class Standing:
    """Practice systems with nobody in the trigger, and a home that knows them."""

    home: Path
    practice: RunningPractice
    world: World

    def ordinary(self) -> list[int]:
        """The contacts who would get a new account."""
        return [row[0] for row in self.world.rows(ORDINARY)]

    def enter(self, contact_ids: Sequence[int]) -> None:
        """Put contacts into the trigger, as somebody in CiviCRM would."""
        with (
            closing(sqlite3.connect(self.practice.home / "practice.sqlite3", timeout=60)) as db,
            db,
        ):
            db.executemany(
                "INSERT INTO civicrm_group_contact (group_id, contact_id, status) "
                "SELECT id, ?, 'Added' FROM civicrm_group WHERE title = ? "
                "ON CONFLICT DO UPDATE SET status = 'Added'",
                [(one, GROUP) for one in contact_ids],
            )

    def waiting(self) -> int:
        """How many contacts are in the trigger."""
        return len(self.world.members(GROUP))

    @contextmanager
    def serving(self, poll_seconds: float) -> Iterator[Served]:
        """Run `latchkey serve`, and end it as an administrator would."""
        with (self.home.parent / "serve.log").open("a", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*COMMAND, "serve", "--port", "0"],
                env=_environment(self.home, LATCHKEY_POLL_SECONDS=str(poll_seconds)),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            assert process.stdout is not None  # noqa: S101 - it was asked for
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            if found is None:
                raise RuntimeError(f"latchkey serve said {said!r}; {log.name} may say why")
            yield Served(found[0], process)
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def standing(folder: Path, contacts: int) -> Iterator[Standing]:
    """Build it in a folder."""
    home = folder / "home"
    home.mkdir(parents=True)
    practice = start_practice(folder / "practice", contacts)
    try:
        world = World(practice.home)
        world.rows(MOVE, "Removed", GROUP)
        file = folder / "latchkey.toml"
        ends = both_ends(practice.url, practice.url, f'hook_token = "{HOOK_TOKEN}"')
        file.write_text(ends + RULE, encoding="utf-8")
        subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, "config", "load", str(file)],
            env=_environment(home),
            check=True,
            capture_output=True,
        )
        yield Standing(home, practice, world)
    finally:
        practice.stop()


def _environment(home: Path, **more: str) -> Mapping[str, str]:
    kept = {name: one for name, one in os.environ.items() if "LATCHKEY" not in name}
    return {**kept, "LATCHKEY_HOME": str(home), **more}
