"""Which process of a home runs its practice systems, so that the others use the same ones."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
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

    def is_free(self) -> bool:
        """Whether nobody has it. Call it within `alone`."""
        held = self.take()
        if held is not None:
            held.close()
        return held is not None

    def wait(self) -> None:
        """Return when nobody has it."""
        while True:
            with self.alone():
                if self.is_free():
                    return
            time.sleep(LOOK_AGAIN)


class Line:
    """What all who use a server of a home hold on to; it ends when the last one has let go.

    It is a named pipe at which the server reads, and nobody writes: the end of it is the end of
    everybody who had it open to write, however they ended. Call all of it within `Post.alone`.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: FileIO | None = None

    @property
    def is_held(self) -> bool:
        """Whether we hold it."""
        return self._held is not None

    def hold(self) -> None:
        """Keep the server up from now on."""
        if self._held is not None:
            return
        with suppress(FileExistsError):
            os.mkfifo(self._file, 0o600)
        # To read too: opened to write alone, it would wait for somebody who reads.
        self._held = FileIO(os.open(self._file, os.O_RDWR))
        fcntl.flock(self._held, fcntl.LOCK_SH)

    def reader(self) -> FileIO:
        """What the server is to read at."""
        return FileIO(self._file)

    def let_go(self) -> bool:
        """Whether nobody holds it any more."""
        held, self._held = self._held, None
        if held is None:
            return False
        with held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
        return True
