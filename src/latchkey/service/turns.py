"""Whose turn it is: with a site, and with the whole reading of a rule's triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock

from latchkey.jobs.leases import kept
from latchkey.service.installation import Installation
from latchkey.service.provisioning.carrying import RENEWALS
from latchkey.store import changes, connections
from latchkey.store.models import Connection, Rule
from latchkey.store.threads import own_connection


class Turns:
    """The turns of one worker process, which is `holder`. Safe to share between its threads."""

    def __init__(self, installation: Installation, holder: str) -> None:
        self._installation = installation
        self._holder = holder
        self._lock = Lock()
        self._sweeping: set[int] = set()

    def take(self, site: Connection) -> bool:
        """Become, or remain, the one worker at the site for as long as a lease."""
        until = self._installation.now() + changes.lease()
        return connections.take(site, self._holder, until)

    def is_anothers(self, site: Connection, moment: datetime) -> bool:
        """Whether another worker is at the site just now."""
        theirs = site.holder not in {"", self._holder}
        return theirs and site.held_until is not None and site.held_until > moment

    @contextmanager
    def sweeping(self, rule: Rule) -> Iterator[bool]:
        """Whether it is the caller's turn to read all of the rule's triggers, until the block ends.

        It may take longer than a queue waits for a task. Of two at once the one that wrote last
        may die before its plan is complete, and whoever is in that plan waits for the next sweep.
        """
        with self._lock:
            is_ours = rule.pk not in self._sweeping
            self._sweeping.add(rule.pk)
        if not is_ours:
            yield False
            return
        try:
            if not self.take(rule.site):
                yield False
                return
            every = changes.lease().total_seconds() / RENEWALS
            with kept(partial(self._keep, rule.site), every, own_connection):
                yield True
        finally:
            with self._lock:
                self._sweeping.discard(rule.pk)

    def _keep(self, site: Connection) -> None:
        if not self.take(site):
            raise changes.LeaseLostError(f"{site} is another worker's now")
