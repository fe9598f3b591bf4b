"""What one process knows of its tasks: which are on their way, and which have to rest."""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from latchkey.jobs.contract import Task

FIRST_REST = 5.0
LONGEST_REST = 300.0


@dataclass(slots=True)
class _Entry:
    """Times are of a monotonic clock, in seconds. `again`: it was asked for while it was done."""

    busy_until: float = 0.0
    rests_until: float = 0.0
    failures: int = 0
    is_performed: bool = False
    again: bool = False


class Docket:
    """Keeps a task from being queued twice, and one with a defect from being tried all the time.

    A task counts as on its way for `lease` seconds, unless it is known to have ended: whoever
    took it may be gone. One that this process performs is on its way for as long as that takes: a
    task that hangs keeps one thread, and not one more with every lease. Safe to share between
    threads.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._lock = Lock()
        self._entries: dict[Task, _Entry] = {}

    def may_queue(self, task: Task, moment: float, *, at_once: bool = False) -> bool:
        """Whether the task is neither on its way nor resting.

        `at_once` counts only what this process performs as on its way.
        """
        with self._lock:
            entry = self._entries.get(task)
            if entry is None:
                return True
            is_busy = entry.is_performed or (moment < entry.busy_until and not at_once)
            entry.again = entry.again or (is_busy and entry.is_performed)
            return not is_busy and moment >= entry.rests_until

    def queued(self, tasks: Iterable[Task], moment: float) -> None:
        """Note that the tasks are about to be queued by this process."""
        with self._lock:
            for task in tasks:
                self._entry(task).busy_until = moment + self._lease

    def lost(self, tasks: Iterable[Task]) -> None:
        """Note that the tasks could not be queued after all."""
        with self._lock:
            for task in tasks:
                self._entry(task).busy_until = 0.0

    def begin(self, task: Task, moment: float) -> bool:
        """Note that the task is being performed; False when it is already, or has to rest."""
        with self._lock:
            entry = self._entry(task)
            if entry.is_performed:
                entry.again = True
                return False
            if moment < entry.rests_until:
                return False
            entry.is_performed, entry.again = True, False
            entry.busy_until = moment + self._lease
            return True

    def done(self, task: Task) -> bool:
        """Note that the task was done; whether it was asked for again meanwhile."""
        with self._lock:
            entry = self._entries.pop(task, None)
            return entry is not None and entry.again

    def failed(self, task: Task, moment: float) -> float:
        """Note that the task hit a defect; how long it rests now, in seconds."""
        with self._lock:
            entry = self._entry(task)
            entry.failures += 1
            rest = min(LONGEST_REST, FIRST_REST * 2.0 ** min(entry.failures - 1, 10))
            entry.is_performed, entry.again, entry.busy_until = False, False, 0.0
            entry.rests_until = moment + rest
            return rest

    def _entry(self, task: Task) -> _Entry:
        return self._entries.setdefault(task, _Entry())
