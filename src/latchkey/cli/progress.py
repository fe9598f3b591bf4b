"""Watching a run: a bar on a terminal, now and then a line otherwise, always beside the outcome."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from latchkey.cli.output import complain, printable
from latchkey.service.provisioning.progress import Progress
from latchkey.store.models import Change

# In plain output, a line for each of this many changes.
EVERY = 100


class BarProgress:
    """A bar that fills while changes are settled."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._task = bar.add_task("starting", total=None)

    def stage(self, text: str) -> None:
        """See `Progress`."""
        self._bar.update(self._task, description=printable(text))

    def planned(self, total: int) -> None:
        """See `Progress`."""
        self._bar.update(self._task, total=total, completed=0)

    def settled(self, change: Change, outcome: str, sentence: str) -> None:  # noqa: ARG002 - as above
        """See `Progress`."""
        self._bar.advance(self._task)


class PlainProgress:
    """A line now and then, for a log."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._settled = 0
        self._total = 0

    def stage(self, text: str) -> None:
        """See `Progress`."""
        complain(text)

    def planned(self, total: int) -> None:
        """See `Progress`."""
        self._total = total

    def settled(self, change: Change, outcome: str, sentence: str) -> None:  # noqa: ARG002 - as above
        """See `Progress`."""
        with self._lock:
            self._settled += 1
            if self._settled % EVERY == 0:
                complain(f"{self._settled} of {self._total} done")


class StepsProgress:
    """Each step of one contact, as it happens."""

    def stage(self, text: str) -> None:
        """See `Progress`."""
        complain(text)

    def planned(self, total: int) -> None:
        """See `Progress`; a single contact needs no number."""

    def settled(self, change: Change, outcome: str, sentence: str) -> None:  # noqa: ARG002 - as above
        """See `Progress`."""
        complain(f"{outcome}: {sentence}")


@contextmanager
def watching(*, terminal: bool) -> Iterator[Progress]:
    """A progress for one run; on a terminal the bar goes away at its end."""
    if not terminal:
        yield PlainProgress()
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        yield BarProgress(bar)
