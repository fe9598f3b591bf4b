"""Keeps a lease while long work goes on."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Event, Thread

import structlog

log = structlog.get_logger()


class Lease:
    """A lease that is being renewed. Once it is lost, somebody else may have taken the work."""

    def __init__(self) -> None:
        self._lost = Event()
        self.failure: Exception | None = None

    @property
    def lost(self) -> bool:
        """Whether a renewal failed; `failure` says why."""
        return self._lost.is_set()

    def lose(self, failure: Exception) -> None:
        """Note that a renewal failed."""
        self.failure = failure
        self._lost.set()


@contextmanager
def kept(
    renew: Callable[[], None],
    every: float,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Iterator[Lease]:
    """Renew every so many seconds, in a thread of its own, until the block is left.

    Whatever `renew` raises ends the renewing and marks the lease as lost; look at it before what
    cannot be taken back. `around` encloses the thread, to let go of what it opened.
    """
    lease, ended = Lease(), Event()

    def renewing() -> None:
        with around():
            while not ended.wait(every):
                try:
                    renew()
                except Exception as failure:  # noqa: BLE001 - the block learns of it by the lease
                    lease.lose(failure)
                    log.warning("lease lost", reason=type(failure).__name__)
                    return

    heartbeat = Thread(target=renewing, name="heartbeat", daemon=True)
    heartbeat.start()
    try:
        yield lease
    finally:
        ended.set()
        heartbeat.join()
