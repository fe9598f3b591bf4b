"""A pipe with faults between a connector and the program it starts: the test's end of it.

The other end is the program pipe_end.py, which looks up at each line what is to go wrong.
"""

import json
import shlex
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakes.faults import Act, Pass, Request

ANY: tuple[str, ...] = ()
START = "start"
END = Path(__file__).with_name("pipe_end.py")


@dataclass(frozen=True, slots=True)
class PipeFault:
    """What goes wrong.

    deny: ssh lets nobody in. refuse: ended before the line is heard. lose: done, then ended without
    an answer. cut: done, then ended in the middle of the answer. stall: silent for long, nothing
    done. nonsense: an answer to another line. html: a page, nothing done, then ended.
    """

    kind: str
    words: str = ""


class PipeWire:
    """A wire whose state is in `folder`, to a program started by `command`."""

    def __init__(self, folder: Path, command: str) -> None:
        self._folder = folder
        self._program = command
        self._rules: list[dict[str, Any]] = []
        (folder / "acts.jsonl").touch()
        self._write()

    @property
    def url(self) -> str:
        """Where the suite would connect to: it stands for `command`."""
        return f"pipe:{self.command}"

    @property
    def command(self) -> str:
        """What the connection is to run."""
        words = [sys.executable, str(END), str(self._folder), *shlex.split(self._program)]
        return shlex.join(words)

    @property
    def acts(self) -> list[Act]:
        """The lines that came to the wire."""
        lines = (self._folder / "acts.jsonl").read_text("utf-8").splitlines()
        told = [json.loads(line) for line in lines]
        return [
            Act(Request("EXEC", one["op"], (), b""), Pass(), one["forwarded"], None) for one in told
        ]

    def inject(
        self, fault: PipeFault, on: Collection[str] = ANY, number: int | None = None
    ) -> None:
        """At lines with one of these commands, all of them or one by its number."""
        rule = {"kind": fault.kind, "words": fault.words, "ops": list(on), "number": number}
        self._rules.append({**rule, "after": len(self.acts)})
        self._write()

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self._rules.clear()
        self._write()

    def _write(self) -> None:
        (self._folder / "faults.json").write_text(json.dumps(self._rules), "utf-8")
