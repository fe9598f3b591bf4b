"""The one SQLite file of the practice world: connections, transactions and switches.

Every write is committed before the answer is sent: WAL with `synchronous=NORMAL` keeps a commit
through the death of the process, which is what the tests that kill it rely on.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FILE_NAME = "practice.sqlite3"

SCHEMA = """
CREATE TABLE IF NOT EXISTS practice_switch (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
"""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 20000",
    "PRAGMA cache_size = -32000",
)


class _Home:
    """Where the file lies, and the open connection of each thread."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.opened = threading.local()


_home = _Home()


def open_home(home: Path, *schemas: str) -> sqlite3.Connection:
    """Use `home` from now on, in every thread, and make the tables that are not there yet."""
    home.mkdir(parents=True, exist_ok=True)
    _home.path = home / FILE_NAME
    _home.opened = threading.local()
    db = connection()
    for schema in (SCHEMA, *schemas):
        db.executescript(schema)
    return db


def connection() -> sqlite3.Connection:
    """This thread's connection, in autocommit; `open_home` comes first."""
    kept = getattr(_home.opened, "connection", None)
    if isinstance(kept, sqlite3.Connection):
        return kept
    if _home.path is None:
        raise RuntimeError("open_home was not called")
    db = sqlite3.connect(_home.path, isolation_level=None)
    for pragma in _PRAGMAS:
        db.execute(pragma)
    _home.opened.connection = db
    return db


def close_thread() -> None:
    """Close this thread's connection, if it has one."""
    kept = getattr(_home.opened, "connection", None)
    if isinstance(kept, sqlite3.Connection):
        kept.close()
        del _home.opened.connection


@contextmanager
def transaction() -> Iterator[sqlite3.Connection]:
    """One write transaction on this thread's connection; a nested one joins the outer one."""
    db = connection()
    if db.in_transaction:
        yield db
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        db.rollback()
        raise
    db.commit()


def switch(db: sqlite3.Connection, name: str, default: Any = None) -> Any:
    """What a switch of /practice/control stands at."""
    row = db.execute("SELECT value FROM practice_switch WHERE name = ?", (name,)).fetchone()
    return default if row is None else json.loads(row[0])


def set_switch(db: sqlite3.Connection, name: str, value: Any) -> None:
    """Turn a switch of /practice/control."""
    db.execute(
        "INSERT INTO practice_switch (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, json.dumps(value)),
    )


def take_turn(db: sqlite3.Connection, name: str) -> bool:
    """Whether a counting switch such as `deadlocks` has a turn left; takes it."""
    left = switch(db, name, 0)
    if left <= 0:
        return False
    set_switch(db, name, left - 1)
    return True
