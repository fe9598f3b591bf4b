"""An import whose process is killed goes on where it was, and doubles nobody."""

import csv
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from fakes.practice import APP_PASSWORD, RunningPractice
from service.world import World

PEOPLE = 1_000
# So many accounts are there when the process dies: in the middle of several slices.
ENOUGH = 150
PATIENCE = 60.0
COMMAND = (sys.executable, "-c", "from latchkey.project.console import main; main()")
SITE = """
[site.www]
kind = "wordpress"
url = "{url}"
username = "latchkey"
password = "{password}"
"""


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """A home of its own, whose leases are over soon."""
    kept = {name: one for name, one in os.environ.items() if "LATCHKEY" not in name}
    home = tmp_path / "home"
    home.mkdir()
    return {**kept, "LATCHKEY_HOME": str(home), "LATCHKEY_LEASE_SECONDS": "2"}


def said(environment: Mapping[str, str], *arguments: str) -> str:
    """What a command says."""
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def people(path: Path) -> str:
    """A file of so many people."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("Email", "First Name", "Last Name"))
        rows.writerows((f"p{i}@example.org", f"First{i}", f"Last{i}") for i in range(PEOPLE))
    return str(path)


@pytest.mark.slow  # a real process makes 1,000 accounts over HTTP
def test_killed_import_goes_on_where_it_was_and_doubles_nobody(
    practice: RunningPractice, environment: Mapping[str, str], tmp_path: Path
):
    configuration, world = tmp_path / "site.toml", World(practice.home)
    configuration.write_text(SITE.format(url=practice.url, password=APP_PASSWORD))
    said(environment, "config", "load", str(configuration))
    before = len(world.users())
    shape = ("--site", "www", "--username", "{contact.first_name}", "--role", "subscriber")
    file = people(tmp_path / "people.csv")

    victim = subprocess.Popen(
        [*COMMAND, "import", file, *shape, "--yes"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + PATIENCE
    while len(world.users()) - before < ENOUGH and time.monotonic() < end:
        time.sleep(0.02)
    victim.kill()
    assert victim.wait() == -9
    then = len(world.users()) - before
    counted = json.loads(said(environment, "import", "--resume", "1", "--json"))

    emails = [user.email for user in world.users().values()]
    assert ENOUGH <= then < PEOPLE
    assert (counted["created"], counted["seen"]) == (PEOPLE, PEOPLE)
    assert len(emails) == len(set(emails)) == before + PEOPLE
