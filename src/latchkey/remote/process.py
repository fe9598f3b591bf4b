"""The door to programs of the host, such as ssh or php. `pipe.py` starts them for it, only.

A program is started by its argument list, never through a shell. It is given an opening, answers
with a line that holds its greeting, and from then on one line of JSON for each line it is given.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from threading import Lock

from latchkey.remote.call import Call, Guard, Limits, Observer
from latchkey.remote.endings import ending
from latchkey.remote.errors import (
    DryRun,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.pipe import (
    LARGEST_LINE,
    Pipe,
    PipeEndedError,
    PipeError,
    PipeFloodedError,
    PipeSilentError,
)

METHOD = "EXEC"
ANSWERED = 200
# The program itself ends when it hears nothing for twice as long: an old one is never talked to.
IDLE = 30.0
LIFETIME = 600.0
# How many lines a host may print beside the program: banners, and what shells are made to say.
MOST_CHATTER = 200
MOST_LOSSES = 3
PATIENCE = 2.0
# What a program needs to know of its surroundings; nothing else of ours, credentials least of all.
PASSED_ON = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOGNAME",
    "PATH",
    "SHELL",
    "SSH_AGENT_PID",
    "SSH_AUTH_SOCK",
    "TMPDIR",
    "TZ",
    "USER",
    "XDG_RUNTIME_DIR",
)

Reply = Mapping[str, object]
CommandTest = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Command:
    """One line for the program: `op` says what is to be done, `values` with what."""

    op: str
    values: Mapping[str, object] = field(default_factory=dict, repr=False)


class ProcessDoor:
    """One program, started when it is needed and kept while it is used. Safe to share.

    One command is under way at a time, so that a lost answer leaves one outcome unknown. Reads are
    repeated in a fresh program where the one before has gone; writes never are.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        opening: bytes,
        greeting: str,
        is_read: CommandTest,
        dry_run: bool,
        observe: Observer,
        guard: Guard,
        limits: Limits,
    ) -> None:
        if not argv:
            raise SiteError("The connection has no command. Name the program and its arguments.")
        self.program = PurePath(argv[0]).name
        self._argv = list(argv)
        self._opening = opening
        self._greeting_key = greeting
        self._is_read = is_read
        self._dry_run = dry_run
        self._observe = observe
        self._guard = guard
        self._limits = limits
        self._lock = Lock()
        self._pipe: Pipe | None = None
        self._greeting: Reply = {}
        self._started = self._used = 0.0
        self._number = self._losses = 0
        self._given_up: RemoteError | None = None

    def greeting(self) -> Reply:
        """What the program said first. Raises TransientError or SiteError when it cannot be had."""
        with self._lock:
            self._given_up, self._losses = None, 0
            self._ready()
            return self._greeting

    def forget(self) -> None:
        """Let the program go: the next command is given to a fresh one."""
        with self._lock:
            self._let_go(PATIENCE)

    def ask(self, commands: Sequence[Command]) -> list[Reply | RemoteError]:
        """One outcome for each command, in order.

        TransientError and SiteError: not done. UnknownOutcome: a write whose answer was lost.
        DryRun and Paused: a write was stopped here.
        """
        with self._lock:
            self._given_up, self._losses = None, 0
            return [self._outcome(command) for command in commands]

    def close(self) -> None:
        """Let the program end. One that is being talked to is waited for a moment only."""
        ours = self._lock.acquire(timeout=PATIENCE)
        try:
            self._let_go(PATIENCE)
        finally:
            if ours:
                self._lock.release()

    def _outcome(self, command: Command) -> Reply | RemoteError:
        read = self._is_read(command.op)
        try:
            if not read:
                self._may_write(command)
            for _ in range(self._limits.tries - 1 if read else 0):
                try:
                    return self._asked(command)
                except _LostReadError:
                    continue
            return self._asked(command)
        except RemoteError as error:
            return error

    def _may_write(self, command: Command) -> None:
        if self._dry_run:
            raise DryRun(f"{command.op} was not sent: nothing is written in a dry run.")
        self._guard()

    def _asked(self, command: Command) -> Reply:
        pipe = self._ready()
        self._number += 1
        line = json.dumps({**command.values, "ref": self._number, "op": command.op})
        began = time.monotonic()
        status: int | None = None
        try:
            pipe.put(line.encode() + b"\n")
            reply = self._reply(pipe)
            status = ANSWERED
        except PipeError as error:
            self._let_go(0.0)
            self._count(error)
            raise self._lost(error, command) from None
        finally:
            self._used = time.monotonic()
            self._observe(Call(self.program, METHOD, command.op, status, self._used - began))
        return reply

    def _reply(self, pipe: Pipe) -> Reply:
        """The answer; what others print between, such as a mail program's chatter, is read past."""
        until = time.monotonic() + self._limits.answer
        for _ in range(MOST_CHATTER):
            said = _object(pipe.line(until - time.monotonic()))
            if said is not None and "ref" in said:
                if said["ref"] == self._number:
                    return said
                break
        raise _NonsenseError

    def _lost(self, error: PipeError, command: Command) -> RemoteError:
        what = f"The answer of {self.program} to {command.op} was lost: {_why(error)}."
        if not self._is_read(command.op):
            return UnknownOutcome(what)
        match error:
            case PipeEndedError():
                return _LostReadError(what)
            case PipeSilentError():
                return TransientError(what)
            case _:
                return SiteError(f"{what} Look whether something else writes into the pipe.")

    def _count(self, error: PipeError) -> None:
        """After silence, or several losses, the rest of the commands is left for later."""
        self._losses += 1
        if isinstance(error, PipeSilentError) or self._losses >= MOST_LOSSES:
            self._given_up = TransientError(f"{self.program} was lost; this was not asked for.")

    def _ready(self) -> Pipe:
        if self._given_up is not None:
            raise self._given_up
        now = time.monotonic()
        old = now - self._used > IDLE or now - self._started > LIFETIME
        if self._pipe is not None and (old or self._pipe.ended):
            self._let_go(PATIENCE if old else 0.0)
        if self._pipe is None:
            try:
                self._pipe = self._begun()
            except RemoteError as error:
                self._given_up = error
                raise
        return self._pipe

    def _begun(self) -> Pipe:
        pipe = self._running()
        self._started = self._used = time.monotonic()
        try:
            pipe.put(self._opening)
            self._greeting = self._greeted(pipe)
        except PipeEndedError:
            raise ending(self.program, pipe.leave(PATIENCE), pipe.complaint) from None
        except PipeSilentError:
            pipe.leave(0.0)
            raise TransientError(f"{self.program} said nothing within the time limit.") from None
        except PipeError:
            pipe.leave(0.0)
            raise SiteError(
                f"{self.program} says something, but not what Latchkey's script says. "
                "Check that the command runs php and nothing else."
            ) from None
        return pipe

    def _running(self) -> Pipe:
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        try:
            return Pipe.start(self._argv, environment, min(LARGEST_LINE, self._limits.size))
        except (OSError, ValueError) as error:
            raise SiteError(
                f"{self.program} cannot be started here: {type(error).__name__}. "
                "Check the command in the configuration file."
            ) from None

    def _greeted(self, pipe: Pipe) -> Reply:
        until = time.monotonic() + self._limits.answer
        for _ in range(MOST_CHATTER):
            said = _object(pipe.line(until - time.monotonic()))
            if said is not None and self._greeting_key in said:
                return said
        raise _NonsenseError

    def _let_go(self, patience: float) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.leave(patience)


class _NonsenseError(PipeError):
    """A line that is no answer."""


class _LostReadError(TransientError):
    """A read whose program went: it may be repeated at once."""


def _object(line: bytes) -> Reply | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def _why(error: PipeError) -> str:
    match error:
        case PipeEndedError():
            return "it ended"
        case PipeSilentError():
            return "it said nothing within the time limit"
        case PipeFloodedError():
            return "it said too much"
        case _:
            return "what it said is no answer"
