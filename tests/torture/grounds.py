"""What an installation stands on: a database and a queue, which can be put back between bouts."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol

import psycopg
import redis

from fakes.servers import Postgres

Rows = list[tuple[Any, ...]]


class Ground(Protocol):
    """A database and a queue."""

    name: str

    def environment(self) -> dict[str, str]:
        """How the installation is told of them."""

    def keep(self) -> None:
        """Remember what the database holds now. Nobody is connected."""

    def put_back(self) -> None:
        """What was kept, and an empty queue. Nobody is connected."""

    def rows(self, query: str) -> Rows:
        """What a query finds in the database."""

    def lose_queue(self) -> None:
        """Empty the queue behind everybody's back, as a queue that was not durable does."""


class InFiles:
    """The embedded default: SQLite for both."""

    name = "SQLite"

    def __init__(self, home: Path) -> None:
        self._database = home / "latchkey.sqlite3"
        self._queue = home / "queue.sqlite3"
        self._kept = home / "kept.sqlite3"

    def environment(self) -> dict[str, str]:
        """See Ground."""
        return {}

    def keep(self) -> None:
        """See Ground."""
        with closing(sqlite3.connect(self._database)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self._database, self._kept)

    def put_back(self) -> None:
        """See Ground."""
        for file in (self._database, self._queue):
            for part in ("", "-wal", "-shm"):
                file.with_name(file.name + part).unlink(missing_ok=True)
        shutil.copy(self._kept, self._database)

    def rows(self, query: str) -> Rows:
        """See Ground."""
        with closing(sqlite3.connect(self._database, timeout=30)) as db:
            return list(db.execute(query))

    def lose_queue(self) -> None:
        """See Ground."""
        with (
            closing(sqlite3.connect(self._queue, timeout=30)) as db,
            db,
            suppress(sqlite3.OperationalError),  # nobody has made its tables yet
        ):
            db.execute("DELETE FROM task")


class InPostgres:
    """PostgreSQL for the database, and for the queue unless it is in Redis."""

    name = "PostgreSQL"

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._url = server.new_database()
        self._database = self._url.rpartition("/")[2]

    def environment(self) -> dict[str, str]:
        """See Ground."""
        return {"LATCHKEY_DATABASE_URL": self._url, "LATCHKEY_QUEUE_URL": self._url}

    def keep(self) -> None:
        """See Ground."""
        self._copy(self._database, f"{self._database}_kept")

    def put_back(self) -> None:
        """See Ground."""
        self._copy(f"{self._database}_kept", self._database)

    def _copy(self, source: str, target: str) -> None:
        with psycopg.connect(self._server.url(), autocommit=True) as db:
            db.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
            db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                [source],
            )
            db.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def rows(self, query: str) -> Rows:
        """See Ground."""
        with psycopg.connect(self._url) as db:
            return db.execute(query).fetchall()

    def lose_queue(self) -> None:
        """See Ground."""
        with psycopg.connect(self._url) as db, suppress(psycopg.errors.UndefinedTable):
            db.execute("DELETE FROM latchkey_queue_task")


class InPostgresAndRedis(InPostgres):
    """PostgreSQL for the database, Redis for the queue."""

    name = "Redis"

    def __init__(self, server: Postgres, queue_url: str) -> None:
        super().__init__(server)
        self._queue_url = queue_url

    def environment(self) -> dict[str, str]:
        """See Ground."""
        return {**super().environment(), "LATCHKEY_QUEUE_URL": self._queue_url}

    def put_back(self) -> None:
        """See Ground."""
        super().put_back()
        self.lose_queue()

    def lose_queue(self) -> None:
        """See Ground."""
        with redis.Redis.from_url(self._queue_url) as queue:
            queue.flushdb()
