"""Brings the database to the tables that this version needs, before anything reads it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from django.core.management import call_command
from django.db import connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from latchkey.project.home import home
from latchkey.service.configuration.problems import ConfigurationError, Problem

# Any number that nobody else uses in our database: PostgreSQL's lock between several machines.
ADVISORY_LOCK = 7_271_650_112
OURS = "store"


def upgrade() -> None:
    """Apply the migrations that lack; two processes that start at once do not race.

    ConfigurationError for tables that another version made: this one would spoil them.
    """
    try:
        if not _lacking():
            return
        with _alone():
            call_command("migrate", verbosity=0, interactive=False)
    except InconsistentMigrationHistory:
        _refuse("another")


def _lacking() -> bool:
    executor = MigrationExecutor(connection)
    if _is_newer(executor.loader):
        _refuse("a newer")
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_newer(loader: MigrationLoader) -> bool:
    """Whether a migration was applied that comes after all that this version knows."""
    applied = {name for app, name in loader.applied_migrations if app == OURS}
    known = {name for app, name in loader.disk_migrations if app == OURS}
    return max(applied, default="") > max(known)


def _refuse(version: str) -> NoReturn:
    sentence = (
        f"its tables were made by {version} version of Latchkey; use that one, or set "
        "LATCHKEY_HOME or LATCHKEY_DATABASE_URL to another place."
    )
    raise ConfigurationError([Problem("the database", sentence)])


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
