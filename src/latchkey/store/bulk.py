"""Many rows at once, for the main job: Django's bulk_create costs about twice the processor time,
for every value goes through its compiler of queries.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Field, Model


def insert(rows: Sequence[Model]) -> None:
    """Insert the rows, all of one model; they do not learn their ids. IntegrityError on a clash."""
    _insert(rows, "")


def insert_unknown(rows: Sequence[Model]) -> None:
    """Insert those of the rows that clash with none that is there, nor with one before them."""
    _insert(rows, "ON CONFLICT DO NOTHING")


def insert_or_renew(rows: Sequence[Model], unique: Sequence[str], renewed: Sequence[str]) -> None:
    """Insert the rows; where one has the same `unique` fields, its `renewed` fields change."""
    if not rows:
        return
    fields = {field.name: field for field in _fields(rows)}
    by = _named([fields[name] for name in unique])
    new = [f"{column} = EXCLUDED.{column}" for column in _named([fields[one] for one in renewed])]
    _insert(rows, f"ON CONFLICT ({', '.join(by)}) DO UPDATE SET {', '.join(new)}")


def values_of(rows: Sequence[Model], fields: Iterable["Field[Any, Any]"]) -> Iterator[list[Any]]:
    """The values of the fields, field by field, each as the database takes it."""
    for field in fields:
        yield list(_prepared(rows, field))


def _prepared(rows: Sequence[Model], field: "Field[Any, Any]") -> Iterator[Any]:
    """One that comes several times in a row, as most do, is prepared once."""
    before: Any = object()
    ready: Any = None
    for row in rows:
        value = getattr(row, field.attname)
        if value is not before:
            before, ready = value, field.get_db_prep_save(value, connection)
        yield ready


def _insert(rows: Sequence[Model], on_clash: str) -> None:
    if not rows:
        return
    fields = _fields(rows)
    table = connection.ops.quote_name(rows[0]._meta.db_table)  # noqa: SLF001 - as below
    columns, marks = ", ".join(_named(fields)), ", ".join(["%s"] * len(fields))
    insertion = f"INSERT INTO {table} ({columns}) VALUES ({marks}) {on_clash}"  # noqa: S608 - names of our own columns
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(insertion, list(zip(*values_of(rows, fields), strict=True)))


def _fields(rows: Sequence[Model]) -> "list[Field[Any, Any]]":
    """All but the id, which the database gives."""
    meta = rows[0]._meta  # noqa: SLF001 - Django documents it as public
    return [field for field in meta.concrete_fields if not field.primary_key]


def _named(fields: "Iterable[Field[Any, Any]]") -> list[str]:
    return [connection.ops.quote_name(str(field.column)) for field in fields]
