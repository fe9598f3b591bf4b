"""What the views share with the rest of this process: project hands it in, as the installation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock


def _nobody_works() -> None:
    """There is no worker to be told of a poll."""


def _forgetful(key: str, value: str, seconds: float) -> str | None:  # noqa: ARG001 - a `remember`
    raise LookupError("this process has nothing to remember by")


@dataclass(frozen=True)
class Surroundings:
    """`wake` makes a worker look for what is due, wherever it runs. `remember` keeps a value for
    so many seconds for all processes, and tells the one that was there, None the first time.
    `is_ticking` is None where no worker runs in this process.
    """

    wake: Callable[[], None] = _nobody_works
    remember: Callable[[str, str, float], str | None] = _forgetful
    is_ticking: Callable[[], bool] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


_lock = Lock()
_given: list[Callable[[], Surroundings]] = []
_built: list[Surroundings] = []


def use(factory: Callable[[], Surroundings]) -> None:
    """Say what surrounds the views; called once by project, and by tests for each."""
    with _lock:
        _given[:] = [factory]
        _built.clear()


def use_unless_given(factory: Callable[[], Surroundings]) -> None:
    """The same, where nothing has been said: a server that was not started by our command."""
    with _lock:
        if not _given:
            _given[:] = [factory]


def surroundings() -> Surroundings:
    """What surrounds the views of this process, built at the first call."""
    with _lock:
        if not _built:
            _built.append(_given[0]() if _given else Surroundings())
        return _built[0]
