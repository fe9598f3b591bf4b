"""The command in a process of its own, and what it started there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")
PATIENCE = 60.0


def environment(home: Path) -> dict[str, str]:
    """Ours, but with this home and nothing else of Latchkey's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
    return {**kept, "LATCHKEY_HOME": str(home)}


def latchkey(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "latchkey.project.console", *arguments],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def processes_of(home: Path) -> list[int]:
    """The practice processes that serve this home."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
        except OSError:  # it has ended meanwhile
            continue
        if b"latchkey.practice" in command and str(home).encode() in command:
            found.append(int(entry.name))
    return found


def until(happened: Callable[[], object]) -> None:
    """Return when it has happened. AssertionError when it does not."""
    give_up = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < give_up, "it did not happen in time"
        time.sleep(0.05)
