"""What a worker is given to do: tasks by name and key, and somebody who knows what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Task:
    """Something that can be done now. `key` says to what; the pair is all that is carried.

    A task is a hint and never the truth: it may be carried twice, late, or be lost. Whoever
    performs it claims rows, and finds none when the work is done already.
    """

    name: str
    key: str


class Workload(Protocol):
    """Knows what is to be done and does it. Implemented by the service, over the store's rows."""

    def due(self) -> Sequence[Task]:
        """The tasks that could be performed now; cheap, asked for at every tick."""

    def next_due(self) -> datetime | None:
        """When `due` is going to find something again if nothing happens, None when never."""

    def perform(self, task: Task) -> Sequence[Task]:
        """Do one task; the tasks that follow from it at once. Raises nothing but for defects."""
