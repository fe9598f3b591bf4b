"""Whose turn it is: with a site, and with the whole reading of a rule's triggers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from threading import Lock

from latchkey.service.installation import Installation
from latchkey.service.leases import renewed
from latchkey.store import changes, connections
from latchkey.store.models import Connection, Rule


class Turns:
    """The turns of one worker process, which is `holder`. Safe to share between its threads."""

    def __init__(self, installation: Installation, holder: str) -> None:
        self._installation = installation
        self._holder = holder
        self._lock = Lock()
        self._at_work: set[str] = set()

    def take(self, site: Connection) -> bool:
        """Become, or remain, the one worker at the site for as long as a lease."""
        until = self._installation.now() + changes.lease()
        return connections.take(site, self._holder, until)

    def is_anothers(self, site: Connection, moment: datetime) -> bool:
        """Whether another worker is at the site just now."""
        theirs = site.holder not in {"", self._holder}
        return theirs and site.held_until is not None and site.held_until > moment

    def sweeping(self, rule: Rule) -> AbstractContextManager[bool]:
        """Whether it is the caller's turn to read all of the rule's triggers, until the block ends.

        Of two at once the one that wrote last may die before its plan is complete, and whoever is
        in that plan waits for the next sweep.
        """
        return self.alone(rule.site, f"sweep {rule.pk}")

    @contextmanager
    def alone(self, site: Connection, what: str) -> Iterator[bool]:
        """Whether it is the caller's turn with `what` is done at the site, until the block ends.

        It may take longer than a queue waits for a task, and than a lease lasts.
        """
        with self._lock:
            is_ours = what not in self._at_work
            self._at_work.add(what)
        if not is_ours:
            yield False
            return
        try:
            with self.at(site) as is_ours:
                yield is_ours
        finally:
            with self._lock:
                self._at_work.discard(what)

    @contextmanager
    def at(self, site: Connection) -> Iterator[bool]:
        """Whether this worker is the one at the site, and remains it until the block ends."""
        if not self.take(site):
            yield False
            return
        with renewed(partial(self._keep, site)):
            yield True

    def _keep(self, site: Connection) -> None:
        if not self.take(site):
            raise changes.LeaseLostError(f"{site} is another worker's now")
