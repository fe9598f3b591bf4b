"""Where a victim can be made to kill itself: the numbered steps of "One contact's way".

A trap lies before or after a named place; the process ends there with SIGKILL, as by kill -9.
"""

import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from threading import Lock
from typing import Any

# What is written to the CRM or the site, by the address of the request.
WRITES = {
    "create or update": r"batch/v1|wp/v2/users",
    "link": r"UFMatch/save",
    "site mail": r"wp-login\.php",
    "own mail": r"mailbox/messages",
    "activity": r"Activity/(save|update)",
    "history": r"GroupContact/save",
    "leave": r"GroupContact/update",
}
# What is written into Latchkey's own database, by the function that writes it.
RECORDS = (
    "episodes.notice",
    "changes.write_plan",
    "plans.finish",
    "reading_marks.move",
    "connections.take",
    "changes.claim",
    "changes.save",
    "crossings.take_addresses",
    "attempts.start",
    "accounts.record",
    "crossings.end_together",
    "attempts.end",
    "crossings.free_addresses",
)
Put = Callable[[Any, str, Any], None]
STEPS = ("examine", "make", "verify", "tell", "write_back")


@dataclass(frozen=True, slots=True)
class Trap:
    """A place, `before` or `after` it, and at which passage, counted from 1."""

    place: str
    moment: str
    passage: int = 1

    def __str__(self) -> str:
        return f"{self.moment} {self.place} {self.passage}"


# The whole way, in its order; the numbers are those of product.md.
WAY: dict[str, tuple[tuple[str, int], ...]] = {
    "1 notice": (("episodes.notice", 1),),
    "4 decide": (("changes.write_plan", 1),),
    "5 brake and review": (("plans.finish", 1), ("reading_marks.move", 1)),
    "2 read again": (("connections.take", 1), ("changes.claim", 1), ("examine", 1)),
    "6 create": (
        ("make", 1),
        ("crossings.take_addresses", 1),
        ("attempts.start", 1),
        ("create or update", 1),
    ),
    "7 verify": (("verify", 1), ("link", 1), ("accounts.record", 1), ("changes.save", 2)),
    "8 tell": (
        ("tell", 1),
        ("changes.save", 3),
        ("site mail", 1),
        ("own mail", 1),
    ),
    "9 write back": (
        ("write_back", 1),
        ("changes.save", 4),
        ("activity", 1),
        ("history", 1),
        ("leave", 1),
        ("crossings.end_together", 1),
        ("changes.save", 5),
    ),
    "10 record": (
        ("attempts.end", 1),
        ("attempts.end", 2),
        ("crossings.free_addresses", 1),
    ),
}
EVERY_TRAP = tuple(
    Trap(place, moment, passage)
    for places in WAY.values()
    for place, passage in places
    for moment in ("before", "after")
)


def kill() -> None:
    """End this process as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


class Trapper:
    """Counts passages and ends whoever comes to the trap. Safe between threads."""

    def __init__(self, trap: Trap | None = None, end: Callable[[], None] = kill) -> None:
        self._trap = trap
        self._end = end
        self._passed = 0
        self._lock = Lock()

    def arm(self, trap: Trap | None) -> None:
        """Wait at this trap from now on, at none with None."""
        with self._lock:
            self._trap, self._passed = trap, 0

    def pass_by(self, place: str, moment: str) -> None:
        """Note a passage, perhaps the last."""
        with self._lock:
            trap = self._trap
            if trap is None or (place, moment) != (trap.place, trap.moment):
                return
            self._passed += 1
            if self._passed == trap.passage:
                self._end()

    def around(self, place: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a trap on both sides."""

        @wraps(function)
        def watched(*given: Any, **named: Any) -> Any:
            self.pass_by(place, "before")
            came = function(*given, **named)
            self.pass_by(place, "after")
            return came

        return watched


def lay(trapper: Trapper, put: Put = setattr) -> None:
    """Lay its traps into the product's own functions, in this process."""
    for record in RECORDS:
        module_name, name = record.split(".")
        module = import_module(f"latchkey.store.{module_name}")
        put(module, name, trapper.around(record, getattr(module, name)))
    _around_steps(trapper, put)
    _around_writes(trapper, put)


def _around_steps(trapper: Trapper, put: Put) -> None:
    from latchkey.service.provisioning import carrying  # noqa: PLC0415 - models need settings

    steps = {
        task: tuple(trapper.around(step.__name__, step) for step in steps)
        for task, steps in carrying.STEPS.items()
    }
    put(carrying, "STEPS", steps)


def _around_writes(trapper: Trapper, put: Put) -> None:
    from latchkey.remote.http import HttpDoor  # noqa: PLC0415 - as above

    send = HttpDoor._once

    def watched(door: HttpDoor, request: Any, *, was_read: bool) -> Any:
        named = None if was_read else _name_of(str(request.url))
        if named is None:
            return send(door, request, was_read=was_read)
        trapper.pass_by(named, "before")
        answer = send(door, request, was_read=was_read)
        trapper.pass_by(named, "after")
        return answer

    put(HttpDoor, "_once", watched)  # the one place where writes leave


def _name_of(address: str) -> str | None:
    return next((name for name, path in WRITES.items() if re.search(path, address)), None)
