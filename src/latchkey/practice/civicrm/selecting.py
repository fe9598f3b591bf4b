"""The SELECT clause: fields, wildcards, functions, and how each column is shown."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from latchkey.practice.civicrm.schema import SEPARATOR, FieldType, Packing
from latchkey.practice.civicrm.tables import Column, Tables
from latchkey.practice.civicrm.values import decoder

Decode = Callable[[Any], Any]

_FUNCTION: Final = re.compile(
    r"^(?P<name>[A-Z_]+)\((?P<distinct>DISTINCT )?(?P<path>[^()]*)\)(?: AS (?P<alias>\w+))?$"
)
_ALIASED: Final = re.compile(r"^(?P<path>\S+) AS (?P<alias>\w+)$")
_AGGREGATES: Final = frozenset({"COUNT", "SUM", "MIN", "MAX", "AVG", "GROUP_CONCAT"})
_SCALARS: Final = frozenset({"UPPER", "LOWER"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One column of the answer; `decode` turns what is stored and not null into what is shown."""

    key: str
    sql: str
    decode: Decode | None
    aggregate: bool = False


def columns(tables: Tables, select: Sequence[str], *, grouped: bool) -> list[Shown]:
    """The columns of an answer; what is unknown or may not be read is left out, silently.

    `id` is there whether asked for or not, unless rows are grouped.
    """
    found: dict[str, Shown] = {}
    for expression in select or ["*"]:
        if expression == "row_count":
            continue
        for each in _expand(tables, expression):
            found.setdefault(each.key, each)
    if grouped or any(each.aggregate for each in found.values()):
        return list(found.values())
    own = found.pop("id", None) or Shown("id", f"{tables.root.alias}.id", None)
    return [own, *found.values()]


def _expand(tables: Tables, expression: str) -> Iterator[Shown]:
    function = _FUNCTION.match(expression)
    if function is not None:
        made = _function(tables, function)
        if made is not None:
            yield made
        return
    aliased = _ALIASED.match(expression)
    path, key = (aliased["path"], aliased["alias"]) if aliased else (expression, expression)
    paths = _wildcard(tables, path) if "*" in path else [path]
    for each in paths:
        column = tables.column(each)
        if column is not None and column.field.field_type is not FieldType.FILTER:
            yield Shown(key if aliased else each, column.sql, shown_as(tables, column))


def _wildcard(tables: Tables, path: str) -> list[str]:
    if path == "custom.*":
        return tables.sight.custom_names()
    before, dot, pattern = path.rpartition(".")
    place = tables.place(before) if dot else tables.root
    if place is None:
        return []
    return [
        f"{before}{dot}{each.name}"
        for each in tables.sight.columns(place.entity)
        if fnmatchcase(each.name, pattern)
    ]


def _function(tables: Tables, told: re.Match[str]) -> Shown | None:
    name, path = told["name"], told["path"].strip()
    key = told["alias"] or f"{name}:{path}"
    if name == "COUNT" and path in ("*", ""):
        return Shown(key, "COUNT(*)", None, aggregate=True)
    column = tables.column(path)
    if column is None or name not in _AGGREGATES | _SCALARS:
        return None
    distinct = told["distinct"] or ""
    if name == "GROUP_CONCAT":
        sql = f"json_group_array({distinct}{column.sql}) FILTER (WHERE {column.sql} IS NOT NULL)"
        return Shown(key, sql, _concatenated, aggregate=True)
    return Shown(key, f"{name}({distinct}{column.sql})", None, aggregate=name in _AGGREGATES)


def _concatenated(stored: str) -> list[Any] | None:
    return json.loads(stored) or None


def shown_as(tables: Tables, column: Column) -> Decode | None:
    """How a column is shown, with the names or labels of its list where asked for."""
    if not column.suffix:
        return decoder(column.field)
    names = tables.sight.options.shown(column.field, column.suffix)
    if column.field.packing is Packing.SINGLE:
        return names.get
    separator = SEPARATOR if column.field.packing is Packing.BOOKEND else ","
    by_text = {str(value): name for value, name in names.items()}

    def every(stored: str) -> list[Any]:
        return [by_text.get(part) for part in stored.strip(separator).split(separator)]

    return every
