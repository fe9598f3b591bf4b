"""Brings the database to the tables that this version needs, before anything reads it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from latchkey.project.home import home

# Any number that nobody else uses in our database: PostgreSQL's lock between several machines.
ADVISORY_LOCK = 7_271_650_112


def upgrade() -> None:
    """Apply the migrations that lack; two processes that start at once do not race."""
    if not _lacking():
        return
    with _alone():
        call_command("migrate", verbosity=0, interactive=False)


def _lacking() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def _alone() -> Iterator[None]:
    with (home() / "upgrade.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _alone_on_server():
            yield


@contextmanager
def _alone_on_server() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
