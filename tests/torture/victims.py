"""Starting, watching and killing the processes of one installation."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

from torture.traps import Trap

PATIENCE = 60.0
KILLED = -signal.SIGKILL


class Victim:
    """One process of Latchkey: born, and killed or ended."""

    def __init__(self, nursery: "Nursery", pid: int, log: Path) -> None:
        self._nursery = nursery
        self.pid = pid
        self.log = log
        self.status: int | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        if self.status is None:
            self.status = self._nursery.ask({"look": self.pid})["status"]
        return self.status is None

    def kill(self) -> bool:
        """kill -9; False when it was gone already."""
        if not self.is_alive:
            return False
        # Not reaped before we look again: the number cannot belong to somebody else.
        os.kill(self.pid, signal.SIGKILL)
        self.wait()
        return self.status == KILLED

    def end(self) -> None:
        """End it as an administrator would."""
        if self.is_alive:
            os.kill(self.pid, signal.SIGTERM)
        self.wait()

    def wait(self, patience: float = PATIENCE) -> int | None:
        """Its exit status, -9 when it was killed; None when it still runs after so many seconds."""
        until = time.monotonic() + patience
        while self.is_alive and time.monotonic() < until:
            time.sleep(0.01)
        return self.status


class Nursery:
    """The process whose forks are the victims; see `torture.nursery`."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._folder = folder
        self._number = 0
        kept = {name: one for name, one in os.environ.items() if "LATCHKEY" not in name}
        paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "torture.nursery"],
            env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths)), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def bear(self, *argv: str, trap: Trap | None = None) -> Victim:
        """A process that runs `latchkey` with these arguments, and falls into the trap."""
        self._number += 1
        log = self._folder / f"{self._number:04}-{argv[0]}.log"
        laid = [trap.place, trap.moment, trap.passage] if trap else None
        pid = self.ask({"argv": list(argv), "log": str(log), "trap": laid})["pid"]
        return Victim(self, pid, log)

    def ask(self, order: dict[str, Any]) -> dict[str, Any]:
        """What the nursery answers."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(PATIENCE)
