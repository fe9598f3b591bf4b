"""Carries tasks between processes: Huey's queue in a SQLite file, in PostgreSQL or in Redis.

Only the names of tasks travel, as JSON: whoever can write to the queue can ask for work that is
due anyway, and run nothing of their own (Huey's own messages are pickles). What was carried may
be lost with a process that took it; the rows say what is left to do.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Any
from urllib.parse import unquote, urlsplit

import stamina
import structlog

from latchkey.jobs.contract import Task
from latchkey.jobs.failures import failures_of

QUEUE = "latchkey"
# Asks one worker to look at once for what is due.
WAKE = Task("wake", "")
# How long one `take` waits, and how often a file is looked into meanwhile. In seconds.
PATIENCE = 1.0
LOOK_EVERY = 0.2
BUSY_SECONDS = 30.0
# More than this is not looked at, and nothing is put behind it.
FULL = 1000
FORGET_EVERY = 60.0
SQLITE, POSTGRESQL, REDIS = "SQLite", "PostgreSQL", "Redis"

log = structlog.get_logger()


class CarrierError(Exception):
    """The queue cannot be reached. The text is for a person and holds no credential."""


class Carrier:
    """A queue of tasks, safe to share between threads. Made by `open_carrier`."""

    def __init__(self, storage: Any, kind: str) -> None:
        self._storage = storage
        self._kind = kind
        self._failures = failures_of(kind)
        self._put = Condition()
        # Huey looks at its connection before it closes it, and two threads may look at once.
        self._closing = Lock()
        self._forgot_at = 0.0

    def put(self, tasks: Iterable[Task]) -> None:
        """Add tasks to the queue. CarrierError when it cannot be reached."""
        with self._reached():
            for task in tasks:
                self._storage.enqueue(json.dumps([task.name, task.key]).encode())
        with self._put:
            self._put.notify_all()

    def take(self) -> Task | None:
        """The next task, None when none came for about a second. CarrierError as `put`."""
        until = time.monotonic() + PATIENCE
        while True:
            with self._reached():
                message = self._storage.dequeue()
            if message is not None:
                return _task(message)
            if time.monotonic() >= until:
                return None
            if not self._storage.blocking:
                with self._put:
                    self._put.wait(LOOK_EVERY)

    def waiting(self) -> frozenset[Task]:
        """What is in the queue, at most `FULL` of it. CarrierError as `put`."""
        with self._reached():
            messages = self._storage.enqueued_items(FULL)
        tasks = (_task(message) for message in messages)
        return frozenset(task for task in tasks if task is not None)

    def is_full(self) -> bool:
        """Whether nobody seems to take anything out. CarrierError as `put`."""
        with self._reached():
            return bool(self._storage.queue_size() >= FULL)

    def is_empty(self) -> bool:
        """Whether nothing waits in the queue. CarrierError as `put`."""
        with self._reached():
            return bool(self._storage.queue_size() == 0)

    def wake(self) -> None:
        """Ask one worker, of any process, to look at once for what is due. CarrierError as `put`.

        However often it is asked for, it waits in the queue once.
        """
        if WAKE not in self.waiting():
            self.put([WAKE])

    def remember(self, key: str, value: str, seconds: float) -> str | None:
        """Keep a value under a key for a while; what was kept before, None the first time.

        A value that is there stays. All processes remember together. CarrierError as `put`.
        """
        self._forget()
        kept = json.dumps([value, time.time() + seconds]).encode()
        with self._reached():
            if self._storage.put_if_empty(key, kept):
                return None
            before = self._storage.peek_data(key)
        # Huey answers with a class of its own where nothing is.
        return None if isinstance(before, type) else str(json.loads(bytes(before))[0])

    def close(self) -> None:
        """Let go of this thread's connection and the shared one; either is opened when needed."""
        with self._closing, self._reached():
            self._storage.close()
            if self._kind == REDIS:
                self._storage.pool.disconnect(inuse_connections=False)

    def _forget(self) -> None:
        """Drop what has been kept long enough, now and then."""
        moment = time.time()
        if moment - self._forgot_at < FORGET_EVERY:
            return
        self._forgot_at = moment
        with self._reached():
            for key, kept in self._storage.result_items().items():
                if json.loads(bytes(kept))[1] < moment:
                    self._storage.delete_data(key)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            kind = type(error).__name__
            raise CarrierError(f"the queue in {self._kind} cannot be reached ({kind})") from error


def open_carrier(url: str) -> Carrier:
    """The carrier behind an address. ValueError for an unknown one, CarrierError for a dead one.

    `sqlite:///path`, `postgresql://…`, or `redis://…` (`rediss://`, `unix://`).
    """
    match urlsplit(url).scheme:
        case "sqlite":
            return _opened(SQLITE, url)
        case "postgres" | "postgresql":
            return _opened(POSTGRESQL, url)
        case "redis" | "rediss" | "unix":
            return _opened(REDIS, url)
        case _:
            raise ValueError(
                "LATCHKEY_QUEUE_URL has to begin with sqlite:///, postgresql:// or redis://"
            )


def _opened(kind: str, url: str) -> Carrier:
    failures = failures_of(kind)
    try:
        # Several processes that start at once stumble over each other's tables in PostgreSQL.
        for attempt in stamina.retry_context(failures, attempts=3, wait_initial=0.2):
            with attempt:
                storage = _storage(kind, url)
                storage.queue_size()
    except failures as error:
        said = type(error).__name__
        raise CarrierError(f"the queue in {kind} cannot be opened ({said})") from error
    return Carrier(storage, kind)


def _storage(kind: str, url: str) -> Any:
    # Huey brings every client along, which costs half a second that most commands need not wait.
    import huey.storage as huey  # type: ignore[import-untyped]  # noqa: PLC0415 - as said; it carries no types

    if kind == SQLITE:
        path = unquote(urlsplit(url).path.removeprefix("/"))
        return huey.SqliteStorage(QUEUE, filename=path, timeout=BUSY_SECONDS)
    if kind == POSTGRESQL:
        return huey.PostgresStorage(
            QUEUE, dsn=url, table_prefix="latchkey_queue", read_timeout=PATIENCE
        )
    return huey.RedisStorage(QUEUE, url=url, read_timeout=PATIENCE)


def _task(message: bytes) -> Task | None:
    """The task of a message, None for one that is not ours."""
    try:
        name, key = json.loads(bytes(message))
    except (ValueError, TypeError):
        log.warning("a message in the queue is not ours and is dropped")
        return None
    return Task(str(name), str(key))
