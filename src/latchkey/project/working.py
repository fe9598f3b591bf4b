"""Builds a worker of real objects: the queue, the rules' work, and the database of each thread."""

import math
import os
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.db import close_old_connections

from latchkey.jobs.carrier import Carrier, CarrierError, open_carrier
from latchkey.jobs.worker import Worker
from latchkey.project.home import database_file
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.service.installation import Installation
from latchkey.service.workload import RuleWorkload
from latchkey.store.clock import now
from latchkey.store.models import Connection
from latchkey.store.threads import own_connection

POLL_SECONDS = 30.0
PRACTICE_POLL_SECONDS = 5.0
POLL_VARIABLE = "LATCHKEY_POLL_SECONDS"
QUEUE_VARIABLE = "LATCHKEY_QUEUE_URL"


class Working:
    """A worker with what it works on, from `start` to `stop`."""

    def __init__(self, ours: Installation, carrier: Carrier, threads: int) -> None:
        # Unlike any other that runs or ran: a process id comes back.
        holder = f"{socket.gethostname()[:60]} {os.getpid()} {secrets.token_hex(4)}"
        own = os.environ.get("LATCHKEY_URL", "")
        self._workload = RuleWorkload(ours, holder, Polling(os.environ).every, own)
        self.worker = Worker(
            carrier,
            self._workload,
            threads=threads,
            clock=now,
            around_thread=own_connection,
            around_task=live_database,
        )

        self._left_at = math.inf

    def start(self) -> None:
        """Begin to work."""
        self.worker.start()

    def leave(self) -> None:
        """Begin nothing more; the time to end in runs from now. Safe in a signal handler."""
        self._left_at = time.monotonic()
        self.worker.stop(0)

    def stop(self, patience: float) -> bool:
        """End within so many seconds; whether all work came to its end. The rest has leases."""
        gone = max(0.0, time.monotonic() - self._left_at)
        ended = self.worker.stop(max(0.0, patience - gone))
        if ended:
            self._workload.stop()
        return ended


class Polling:
    """How often CRMs are asked for news. ConfigurationError when it is not given in seconds."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        given = environment.get(POLL_VARIABLE)
        try:
            self._seconds = None if given is None else float(given)
        except ValueError:
            self._seconds = 0.0
        if self._seconds is not None and not 1 <= self._seconds <= 24 * 3600:
            sentence = "write the seconds between two looks, from 1 to 86400."
            raise ConfigurationError([Problem(POLL_VARIABLE, sentence)])

    def every(self, crm: Connection) -> timedelta:
        """The time between two looks at this CRM."""
        usual = PRACTICE_POLL_SECONDS if crm.practice else POLL_SECONDS
        return timedelta(seconds=usual if self._seconds is None else self._seconds)


def queue_address(environment: Mapping[str, str]) -> str:
    """LATCHKEY_QUEUE_URL, else the database when it is PostgreSQL, else a file of the home."""
    if given := environment.get(QUEUE_VARIABLE):
        return given
    database = environment.get("LATCHKEY_DATABASE_URL", "")
    if database.startswith(("postgres://", "postgresql://")):
        return database
    return f"sqlite:///{database_file('queue.sqlite3')}"


def queue() -> Carrier:
    """The queue of this installation. ConfigurationError when it cannot be used."""
    try:
        return open_carrier(queue_address(os.environ))
    except (ValueError, CarrierError) as error:
        raise ConfigurationError([Problem(QUEUE_VARIABLE, f"{error}.")]) from None


@contextmanager
def live_database() -> Iterator[None]:
    """For one piece of work in a thread that lives long: a broken connection is not kept."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()
