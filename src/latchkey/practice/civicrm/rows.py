"""Rows in and out of the tables; a broken constraint becomes CiviCRM's own error."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from latchkey.practice.civicrm.errors import ALREADY_EXISTS, CONSTRAINT_VIOLATION, ApiError
from latchkey.practice.civicrm.schema import Entity


@contextmanager
def constraints() -> Iterator[None]:
    """Raise `DB Error: …` for what the database refuses; nothing names the field."""
    try:
        yield
    except sqlite3.IntegrityError as refused:
        told = ALREADY_EXISTS if "UNIQUE" in str(refused) else CONSTRAINT_VIOLATION
        raise ApiError(told) from refused


def insert(db: sqlite3.Connection, entity: Entity, columns: Mapping[str, Any]) -> int:
    """Add a row; its id."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    with constraints():
        done = db.execute(
            f"INSERT INTO {entity.table} ({names}) VALUES ({marks})",  # noqa: S608 - names of our schema
            list(columns.values()),
        )
    return int(done.lastrowid or 0)


def change(db: sqlite3.Connection, entity: Entity, row_id: int, columns: Mapping[str, Any]) -> None:
    """Change some columns of a row."""
    if not columns:
        return
    sets = ", ".join(f'"{name}" = ?' for name in columns)
    with constraints():
        db.execute(
            f"UPDATE {entity.table} SET {sets} WHERE id = ?",  # noqa: S608 - names of our schema
            [*columns.values(), row_id],
        )


def row(db: sqlite3.Connection, entity: Entity, row_id: int) -> dict[str, Any]:
    """A row as stored, with the fields of its entity; empty when there is none."""
    names = [each.name for each in entity.columns]
    select = ", ".join(f'"{name}"' for name in names)
    found = db.execute(
        f"SELECT {select} FROM {entity.table} WHERE id = ?",  # noqa: S608 - names of our schema
        (row_id,),
    ).fetchone()
    return {} if found is None else dict(zip(names, found, strict=True))


def remove(db: sqlite3.Connection, entity: Entity, row_id: int) -> None:
    """Delete a row, and what cannot be without it."""
    with constraints():
        db.execute(f"DELETE FROM {entity.table} WHERE id = ?", (row_id,))  # noqa: S608 - name of our schema
