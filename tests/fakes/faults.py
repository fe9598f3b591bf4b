"""What can go wrong on a wire, and at which requests."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """Forward and hand the answer back, unchanged."""


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """Forward, let the target answer (it has written), then close without a byte.

    `hold` seconds pass before the close, so that the client's own time-out can come first.
    """

    hold: float = 0.0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Close before the target hears of it."""


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with this instead of forwarding."""

    code: int
    headers: Headers = (("Content-Type", "application/json"),)
    body: bytes = b"{}"


@dataclass(frozen=True, slots=True)
class Html:
    """Answer 200 with a page instead of forwarding, as a cache or a log-in wall does."""

    body: bytes = b"<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>"


@dataclass(frozen=True, slots=True)
class CutBody:
    """Forward, answer with the full Content-Length and half of the body, then close."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Answer nothing and forward nothing, until the client leaves or `seconds` are over."""

    seconds: float


@dataclass(frozen=True, slots=True)
class AnswerThenStatus:
    """Forward, so that it is written, then answer with this status instead of the target's."""

    code: int = 500
    body: bytes = b"<h1>Internal Server Error</h1>"


Fault = Pass | LoseAnswer | Refuse | Status | Html | CutBody | Stall | AnswerThenStatus


@dataclass(frozen=True, slots=True)
class Request:
    """What the client asked for; `path` carries the query. Its repr shows no credential."""

    method: str
    path: str
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing the wire did; `target_status` is None where the target gave no answer."""

    request: Request
    fault: Fault
    forwarded: bool
    target_status: int | None


Which = Callable[[Request], bool]
When = Callable[[int], bool]


def requests(method: str | None = None, path: str = "") -> Which:
    """Choose requests of this method (None = any) whose path and query contain this pattern."""
    return lambda request: (
        method in (None, request.method) and re.search(path, request.path) is not None
    )


def about(path: str, pattern: str) -> Which:
    """Choose requests to such a path whose body, as a form spells it, contains this pattern."""
    return lambda request: (
        re.search(path, request.path) is not None
        and re.search(pattern, unquote_plus(request.body.decode())) is not None
    )


def anything(_request: Request) -> bool:
    return True


def always(_number: int) -> bool:
    return True


def nth(*numbers: int) -> When:
    """Choose the first, second, … of the matching requests, counted from 1."""
    return lambda number: number in numbers


def every(step: int) -> When:
    """Choose each `step`-th of the matching requests."""
    return lambda number: number % step == 0


def seeded(chance: float, seed: int) -> When:
    """Choose by chance; the same seed chooses the same numbers whatever the order of asking."""
    return lambda number: random.Random(f"{seed}/{number}").random() < chance  # noqa: S311 - a repeatable choice is the point, nothing is secret
