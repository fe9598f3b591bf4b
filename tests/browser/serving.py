"""Latchkey as somebody runs it: `latchkey serve` on a home of its own, with practice systems."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import connect
from typing import TypeVar

from fakes.practice import API_KEY
from practice.civicrm.client import Client
from service.world import World

Found = TypeVar("Found")

COMMAND = (sys.executable, "-c", "from latchkey.project.console import main; main()")
PATIENCE = 30.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Served:
    """A running Latchkey at `url`; `start_link` makes the first administrator of a fresh home."""

    url: str
    home: Path
    start_link: str
    process: subprocess.Popen[str] = field(repr=False)

    @property
    def practice_url(self) -> str:
        """Where the practice systems of this home are."""
        return str(self.rows("SELECT url FROM store_connection WHERE practice")[0][0])

    @property
    def crm(self) -> Client:
        """The practice CRM's API, for what its staff would do there."""
        return Client(self.practice_url, API_KEY)

    @property
    def world(self) -> World:
        """What the practice systems hold."""
        return World(self.home)

    def rows(self, query: str) -> list[tuple]:
        """What a query finds in Latchkey's own database."""
        with closing(connect(self.home / "latchkey.sqlite3", timeout=20)) as db:
            return db.execute(query).fetchall()

    def stop(self) -> None:
        """End it as an administrator would."""
        self.process.terminate()
        self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()


def latchkey(home: Path, *arguments: str) -> str:
    """What a command says. RuntimeError with its complaint unless it ends well, or partly."""
    ended = subprocess.run(
        [*COMMAND, *arguments],
        env=_environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if ended.returncode > 1:
        raise RuntimeError(f"latchkey {arguments[0]}: {ended.stderr}")
    return ended.stdout


def serve(home: Path) -> Served:
    """Start `latchkey serve` on a home without users, and return when it listens."""
    log = home.with_suffix(".log")
    with log.open("a") as errors:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            env=_environment(home),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(2)]
    running = Served("", home, "", process)
    try:
        url, start_link = map(_address, said)
    except ValueError:
        running.stop()
        raise RuntimeError(f"latchkey serve said {said}: {log.read_text()}") from None
    return replace(running, url=url, start_link=start_link)


def until(look: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """What `look` finds at last. AssertionError when it finds nothing in time."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(_PAUSE)
    return found


def _address(line: str) -> str:
    found = re.search(r"http://\S+", line)
    if found is None:
        raise ValueError(line)
    return found[0]


def _environment(home: Path) -> Mapping[str, str]:
    kept = {name: one for name, one in os.environ.items() if "LATCHKEY" not in name}
    return {**kept, "LATCHKEY_HOME": str(home), "LATCHKEY_POLL_SECONDS": "1"}
