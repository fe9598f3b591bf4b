"""A program and the lines to and from it, each within a time: what `process.py` talks through.

Nothing else of Latchkey's starts programs, but for its own practice systems.
"""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO, Self

LARGEST_LINE = 16 * 1024 * 1024
KEPT_OF_ERRORS = 4096
CHUNK = 65536
LAST_PATIENCE = 1.0


class PipeError(Exception):
    """The conversation cannot go on."""


class PipeEndedError(PipeError):
    """The program closed its end; what it had begun to say is not a whole line."""


class PipeSilentError(PipeError):
    """No whole line came within the time."""


class PipeFloodedError(PipeError):
    """A line came that is longer than any should be."""


class Pipe:
    """The three streams of a program, none of which may block it or us. For one thread at a time.

    What the program writes on standard error is read, so that it does not wait, and the end of it
    kept in `complaint`.
    """

    def __init__(self, process: subprocess.Popen[bytes], largest: int = LARGEST_LINE) -> None:
        self._process = process
        self._largest = largest
        self._outgoing = bytearray()
        self._incoming = bytearray()
        self._errors = bytearray()
        self._selector = selectors.DefaultSelector()
        self._stdin, self._stdout, self._stderr = _streams(process)
        for stream in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(stream.fileno(), False)
        for stream in (self._stdout, self._stderr):
            self._selector.register(stream, selectors.EVENT_READ)

    @classmethod
    def start(
        cls, argv: Sequence[str], environment: Mapping[str, str], largest: int = LARGEST_LINE
    ) -> Self:
        """Start a program by its arguments. OSError or ValueError when it cannot be started."""
        # A session of its own: Ctrl-C is for us, who end it when its answer is in.
        process = subprocess.Popen(  # noqa: S603 - the command is the host's own, and meets no shell
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        return cls(process, largest)

    @property
    def complaint(self) -> str:
        """The end of what the program wrote on standard error. It may hold secrets."""
        return self._errors.decode("utf-8", errors="replace")

    @property
    def ended(self) -> bool:
        """Whether the program is gone, or will say nothing more."""
        return self._process.poll() is not None or self._stdout.closed

    def put(self, data: bytes) -> None:
        """Have `data` sent; it leaves while `line` waits."""
        if not self._outgoing and not self._stdin.closed:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        self._outgoing += data

    def line(self, seconds: float) -> bytes:
        """The next line, without its end. Raises PipeError."""
        until = time.monotonic() + seconds
        searched = 0
        while (end := self._incoming.find(b"\n", searched)) < 0:
            searched = len(self._incoming)
            if searched > self._largest:
                raise PipeFloodedError
            if self._stdout.closed:
                raise PipeEndedError
            left = until - time.monotonic()
            if left <= 0:
                raise PipeSilentError
            self._turn(left)
        line = bytes(self._incoming[:end])
        del self._incoming[: end + 1]
        return line

    def leave(self, patience: float) -> int:
        """Let the program end, or end it when it has not after `patience` seconds; its status.

        What it says on standard error until then is kept.
        """
        self._close(self._stdin)
        until = time.monotonic() + patience
        while not self._stderr.closed and (left := until - time.monotonic()) > 0:
            self._turn(left)
            self._incoming.clear()
        for way in (signal.SIGTERM, signal.SIGKILL):
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0.0, until - time.monotonic()))
                break
            # The group: `sudo` and shells have children of their own.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, way)
            until = time.monotonic() + patience
        for stream in (self._stdout, self._stderr):
            self._close(stream)
        self._selector.close()
        # What runs as another user by sudo may not be ours to end; it ends with its input.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(LAST_PATIENCE)
        return self._process.returncode or 0

    def _turn(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._stdin:
                self._write()
            elif key.fileobj is self._stdout:
                self._incoming += self._read(self._stdout)
            else:
                self._errors += self._read(self._stderr)
                del self._errors[:-KEPT_OF_ERRORS]

    def _write(self) -> None:
        try:
            written = os.write(self._stdin.fileno(), self._outgoing[:CHUNK])
        except BlockingIOError:
            return
        except OSError:  # it closed its end: what it has said already is still to be read
            self._close(self._stdin)
            self._outgoing.clear()
            return
        del self._outgoing[:written]
        if not self._outgoing:
            self._selector.unregister(self._stdin)

    def _read(self, stream: IO[bytes]) -> bytes:
        try:
            data = os.read(stream.fileno(), CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._close(stream)
        return data

    def _close(self, stream: IO[bytes]) -> None:
        if stream.closed:
            return
        with suppress(KeyError):
            self._selector.unregister(stream)
        with suppress(OSError):
            stream.close()


def _streams(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise ValueError("the process was started without pipes")
    return process.stdin, process.stdout, process.stderr
