"""What every door shares: the limits of a call, and what may be said about one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one call. Times are in seconds, `size` in bytes, `tries` for reads only.

    `answer` bounds each silence while waiting, `total` the whole answer.
    """

    connect: float = 10.0
    answer: float = 60.0
    total: float = 120.0
    size: int = 64 * 1024 * 1024
    tries: int = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One call to another system, without its body, its query or any credential.

    `status` is None when no answer came.
    """

    origin: str
    method: str
    path: str
    status: int | None
    seconds: float


Observer = Callable[[Call], None]
Guard = Callable[[], None]


class ReadTest(Protocol):
    """Tells whether a request only reads, from what is about to be sent."""

    def __call__(self, method: str, target: str, body: bytes) -> bool:
        """`target` is the path with its query."""


def by_method(method: str, target: str, body: bytes) -> bool:  # noqa: ARG001 - a ReadTest
    """The common case: what HTTP calls safe is a read."""
    return method in {"GET", "HEAD", "OPTIONS"}


def ignore(call: Call) -> None:
    """An observer that looks away."""


def allow() -> None:
    """A guard that lets every write out. Another may raise Paused."""


DEFAULT_LIMITS = Limits()
