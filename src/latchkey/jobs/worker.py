"""Threads that perform tasks, and one that looks for what is due."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from threading import Event, Thread

import structlog
from structlog.contextvars import bound_contextvars

from latchkey.jobs.carrier import WAKE, Carrier, CarrierError
from latchkey.jobs.contract import Task, Workload
from latchkey.jobs.docket import Docket

THREADS = 4
TICK_SECONDS = 1.0
# A task that another process took and did not come back from is queued again after this.
LEASE_SECONDS = 30.0
# What a person waits for after Ctrl-C or SIGTERM. The leases of the rows free what is left.
STOP_SECONDS = 10.0
SHORTEST_WAIT = 0.05
CALM_DOWN = 1.0
# So many ticks may be late or fail before the worker counts as dead, and so many seconds.
LATE_TICKS = 5
LATE_SECONDS = 30.0

Around = Callable[[], AbstractContextManager[None]]

log = structlog.get_logger()


def _utc() -> datetime:
    return datetime.now(UTC)


class Worker:
    """Performs what is due, from `start` to `stop`.

    `clock` is the one that `Workload.next_due` goes by. `around_thread` and `around_task` enclose
    each thread and each piece of work, to open and close what they need.
    """

    def __init__(
        self,
        carrier: Carrier,
        workload: Workload,
        *,
        threads: int = THREADS,
        tick_seconds: float = TICK_SECONDS,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], datetime] = _utc,
        around_thread: Around = nullcontext,
        around_task: Around = nullcontext,
    ) -> None:
        self._carrier = carrier
        self._workload = workload
        self._tick_seconds = tick_seconds
        self._clock = clock
        self._around_thread = around_thread
        self._around_task = around_task
        self._docket = Docket(lease_seconds)
        self._stopping = Event()
        self._woken = Event()
        self._ticked_at = time.monotonic()
        loops = [self._tick_on, *[self._work_on] * threads]
        self._threads = [
            Thread(target=self._run, args=(loop,), name=f"worker {number}", daemon=True)
            for number, loop in enumerate(loops)
        ]

    def start(self) -> None:
        """Begin to work, in threads of its own."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = STOP_SECONDS) -> bool:
        """End within so many seconds; whether everything that was begun came to its end."""
        self._stopping.set()
        self._woken.set()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def wake(self) -> None:
        """Look at once for what is due. For a worker in another process: `Carrier.wake`."""
        self._woken.set()

    @property
    def is_ticking(self) -> bool:
        """Whether it has looked for what is due lately, and could."""
        late = max(LATE_SECONDS, LATE_TICKS * self._tick_seconds)
        return time.monotonic() - self._ticked_at < late

    def _run(self, loop: Callable[[], None]) -> None:
        with self._around_thread():
            try:
                while not self._stopping.is_set():
                    loop()
            finally:
                # A queue that is gone has nothing left to close.
                with suppress(CarrierError):
                    self._carrier.close()

    def _tick_on(self) -> None:
        """One look at what is due, and the wait for the next."""
        was_woken = self._woken.is_set()
        self._woken.clear()
        wait = CALM_DOWN
        try:
            with self._around_task():
                self._queue(self._workload.due(), at_once=was_woken)
                wait = self._until_next()
            self._ticked_at = time.monotonic()
        except CarrierError as error:
            log.warning("nothing can be queued", reason=str(error))
        except Exception:
            log.exception("what is due could not be found out")
        self._woken.wait(wait)

    def _until_next(self) -> float:
        """Seconds until the next look. What is due already has just been seen to."""
        due_at = self._workload.next_due()
        wait = self._tick_seconds if due_at is None else (due_at - self._clock()).total_seconds()
        return max(SHORTEST_WAIT, wait) if 0 < wait < self._tick_seconds else self._tick_seconds

    def _queue(self, tasks: Iterable[Task], *, at_once: bool = False) -> None:
        """Put into the queue what is neither there nor on its way.

        `at_once`: what this process queued before and does not perform may have been done since
        by another.
        """
        moment = time.monotonic()
        wanted = [task for task in tasks if self._docket.may_queue(task, moment, at_once=at_once)]
        if not wanted or self._carrier.is_full():
            return
        waiting = self._carrier.waiting()
        fresh = [task for task in dict.fromkeys(wanted) if task not in waiting]
        self._docket.queued(fresh, moment)
        try:
            self._carrier.put(fresh)
        except CarrierError:
            self._docket.lost(fresh)
            raise

    def _work_on(self) -> None:
        """Take one task and perform it."""
        try:
            task = self._carrier.take()
        except CarrierError as error:
            log.warning("no task can be taken", reason=str(error))
            self._stopping.wait(CALM_DOWN)
            return
        if task == WAKE:
            self.wake()
            return
        while task is not None and self._docket.begin(task, time.monotonic()):
            task = self._go_on(self._perform(task))

    def _perform(self, task: Task) -> Sequence[Task]:
        """Do one task; the tasks that follow from it."""
        with bound_contextvars(task=task.name, key=task.key):
            try:
                with self._around_task():
                    following = self._workload.perform(task)
            except Exception:
                rest = self._docket.failed(task, time.monotonic())
                log.exception("a task hit a defect", rests_seconds=rest)
                return ()
        if self._docket.done(task):
            self.wake()
        return following

    def _go_on(self, following: Sequence[Task]) -> Task | None:
        """Queue what follows; what this thread goes on with, where nobody else's task waits.

        A worker that is at a site's work stays at it, instead of passing it round.
        """
        try:
            goes_on = bool(following) and not self._stopping.is_set() and self._carrier.is_empty()
            self._queue(following[1:] if goes_on else following)
        except CarrierError as error:
            log.warning("what follows has to wait", reason=str(error))
            return None
        return following[0] if goes_on else None
