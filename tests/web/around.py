"""What surrounds the views in a test: it remembers, and notes whether somebody was woken."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from latchkey.jobs.carrier import CarrierError
from latchkey.web import surroundings
from latchkey.web.surroundings import Surroundings


@dataclass
class Around:
    """`is_ticking` None: no worker in this process. `queue_is_away`: nobody can be woken."""

    woken: int = 0
    remembered: dict[str, str] = field(default_factory=dict)
    is_ticking: bool | None = None
    queue_is_away: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def wake(self) -> None:
        if self.queue_is_away:
            raise CarrierError("the queue in Redis cannot be reached (ConnectionError)")
        self.woken += 1

    def remember(self, key: str, value: str, _seconds: float) -> str | None:
        before = self.remembered.get(key)
        self.remembered.setdefault(key, value)
        return before

    def surroundings(self) -> Surroundings:
        ticking = None if self.is_ticking is None else lambda: bool(self.is_ticking)
        return Surroundings(self.wake, self.remember, ticking, self.environment)


@contextmanager
def surrounded() -> Iterator[Around]:
    """Surroundings of a test's own; what it changes before the first request counts."""
    around = Around()
    surroundings.use(around.surroundings)
    yield around
    surroundings.use(Surroundings)
