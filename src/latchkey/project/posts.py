"""Which process of a home runs its practice systems, so that the others use the same ones."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOOK_AGAIN = 0.1


class Post:
    """What one server of a home holds as long as it runs.

    It is held by a lock on a file, which the system takes back when that process is gone, however
    it went; the file tells the others where the server is. Safe between processes, and between
    threads as far as each has a Post of its own.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else looks or begins meanwhile: between the two it would start a second server."""
        with self._file.with_suffix(".starting").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def take(self) -> IO[str] | None:
        """The post, None when somebody has it. Call it within `alone`.

        It is held until the file is closed here and in every process that it was given to.
        """
        held = self._file.open("a+", encoding="utf-8")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.close()
            return None
        held.truncate(0)  # what the last one said leads nowhere now
        return held

    def said(self) -> str:
        """What the one who has the post said of itself, empty before. Call it within `alone`."""
        return self._file.read_text(encoding="utf-8")

    def wait(self) -> None:
        """Return when nobody has it."""
        while True:
            with self.alone():
                held = self.take()
            if held is not None:
                held.close()
                return
            time.sleep(LOOK_AGAIN)
