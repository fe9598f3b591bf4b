"""A workload for tests of the worker."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from threading import Event, Lock

from latchkey.jobs.contract import Task

SOON = 8.0


class Rows:
    """A workload whose truth is a table of how often each task is still to be done."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.left: Counter[Task] = Counter()
        self.done: list[Task] = []
        self.following: dict[Task, list[Task]] = {}
        self.defects: dict[Task, int] = {}
        self.looks = 0
        self.next_at: datetime | None = None
        self.gate = Event()
        self.gate.set()
        self.begun = Event()

    def due(self) -> Sequence[Task]:
        with self.lock:
            self.looks += 1
            return [task for task, number in self.left.items() if number > 0]

    def next_due(self) -> datetime | None:
        return self.next_at

    def perform(self, task: Task) -> Sequence[Task]:
        self.begun.set()
        assert self.gate.wait(SOON)
        with self.lock:
            if self.defects.get(task, 0) > 0:
                self.defects[task] -= 1
                raise ZeroDivisionError("a defect")
            if self.left[task] > 0:
                self.left[task] -= 1
                self.done.append(task)
            return self.following.get(task, [])
