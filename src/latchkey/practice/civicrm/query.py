"""A `get` as one SQL statement."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from latchkey.practice.civicrm import conditions, joins, selecting
from latchkey.practice.civicrm.contact_fields import OWNER
from latchkey.practice.civicrm.errors import ApiError, invalid_field
from latchkey.practice.civicrm.permissions import ALL, Requester, row_limit
from latchkey.practice.civicrm.schema import Field
from latchkey.practice.civicrm.selecting import Shown
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.tables import Column, Tables

_HIDDEN_UNLESS_ASKED: Final = {"Contact": "is_deleted", "Activity": "is_deleted"}
_UNLIMITED: Final = -1

# A saved search sees everything, as CiviCRM fills its caches without permission checks.
EVERYTHING: Final = Requester(None, None, ALL)


class Query:
    """The statement for one set of `get` parameters, built once."""

    def __init__(self, sight: Sight, entity: str, parameters: Mapping[str, Any]) -> None:
        self.sight = sight
        self.tables = Tables(sight, sight.entity(entity))
        self._told = parameters
        excluded = [joins.add(self.tables, each) for each in parameters.get("join") or []]
        grouping = parameters.get("groupBy") or []
        self.shown = selecting.columns(
            self.tables, parameters.get("select") or [], grouped=bool(grouping)
        )
        self._where, self._values = self._conditions([each for each in excluded if each])
        self._group = ", ".join(self._column(path).sql for path in grouping)
        self._order = self._ordered()

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the page, ready to be shown."""
        limit = int(self._told.get("limit") or 0) or _UNLIMITED
        offset = int(self._told.get("offset") or 0)
        sql, values = self.statement()
        found = self.sight.db.execute(
            f"{sql}{self._order} LIMIT ? OFFSET ?", [*values, limit, offset]
        )
        keys = [each.key for each in self.shown]
        rows = [dict(zip(keys, row, strict=True)) for row in found]
        for each in self.shown:
            if each.decode is not None:
                _decode(rows, each)
        for each in self.shown:
            if each.key.rpartition(".")[2] == "contact_type":
                _leave_out_foreign(rows, each.key)
        return rows

    def total(self) -> int:
        """How many rows there are on all pages."""
        sql, values = self.statement()
        row = self.sight.db.execute(f"SELECT COUNT(*) FROM ({sql})", values).fetchone()  # noqa: S608 - built here, values bound
        return int(row[0])

    def statement(self) -> tuple[str, list[object]]:
        select = ", ".join(f'{each.sql} AS "{each.key}"' for each in self.shown)
        having, having_values = self._having()
        sql = f"SELECT {select} {self.tables.from_sql()} WHERE {self._where}"
        if self._group:
            sql += f" GROUP BY {self._group}"
        return sql + having, [*self.tables.parameters, *self._values, *having_values]

    def _conditions(self, excluded: Sequence[str]) -> tuple[str, list[object]]:
        where, values = conditions.every(self.tables, self._told.get("where") or [])
        parts = [f"({where})", *excluded, *self._hints()]
        hidden = _HIDDEN_UNLESS_ASKED.get(self.tables.root.entity.name)
        if hidden is not None and not _asks_for(self._told.get("where") or [], hidden):
            parts.append(f"{self.tables.root.alias}.{hidden} = 0")
        limit = row_limit(self.sight.requester, self.tables.root.entity, self.tables.root.alias)
        if limit is not None:
            parts.append(limit)
        return " AND ".join(parts), values

    def _hints(self) -> Iterator[str]:
        """Conditions that change nothing: SQLite sees by them that a join need not be LEFT."""
        for given in self._told.get("where") or []:
            if str(given[1]).upper() == "IN" and "." in str(given[0]):
                column = self.tables.column(str(given[0]))
                if column is not None:
                    yield f"{column.sql} = {column.sql}"

    def _having(self) -> tuple[str, list[object]]:
        clauses = self._told.get("having") or []
        if not clauses:
            return "", []
        sql, values = conditions.every(self.tables, clauses, self._selected)
        return f" HAVING {sql}", values

    def _selected(self, key: str) -> Column | None:
        for each in self.shown:
            if each.key == key:
                return Column(self.tables.root, Field(key, "Float"), each.sql, "")
        return self.tables.column(key)

    def _ordered(self) -> str:
        told = self._told.get("orderBy") or {}
        parts = [self._direction(path, direction) for path, direction in told.items()]
        if not parts and not self._group and not any(each.aggregate for each in self.shown):
            parts = [f"{self.tables.root.alias}.id"]
        return f" ORDER BY {', '.join(parts)}" if parts else ""

    def _direction(self, path: str, direction: str) -> str:
        if str(direction).upper() not in ("ASC", "DESC"):
            raise ApiError(f"Invalid sort direction. Cannot order by {path} {direction}")
        found = self._selected(path)
        if found is None:
            raise invalid_field(path)
        return f"{found.sql} {direction}"

    def _column(self, path: str) -> Column:
        found = self.tables.column(path)
        if found is None:
            raise invalid_field(path)
        return found


def contact_ids(db: sqlite3.Connection, parameters: Mapping[str, Any]) -> tuple[str, list[object]]:
    """The statement behind a saved search of contacts: their ids."""
    narrowed = {key: parameters[key] for key in ("where", "join") if key in parameters}
    query = Query(Sight.of(db, EVERYTHING), "Contact", {**narrowed, "select": ["id"]})
    return query.statement()


def _decode(rows: list[dict[str, Any]], shown: Shown) -> None:
    key, decode = shown.key, shown.decode
    if decode is None:
        return
    for row in rows:
        if row[key] is not None:
            row[key] = decode(row[key])


def _leave_out_foreign(rows: list[dict[str, Any]], contact_type: str) -> None:
    """Take out what contacts of their type do not have, as 5.77 does where the type is shown."""
    path = contact_type.removesuffix("contact_type")
    keys = list(rows[0]) if rows else []
    owners = {key: OWNER.get(key.removeprefix(path).partition(":")[0]) for key in keys}
    owned = {key: owner for key, owner in owners.items() if owner and key.startswith(path)}
    for row in rows:
        for key, owner in owned.items():
            if row[contact_type] not in (owner, None):
                del row[key]


def _asks_for(where: Sequence[Any], hidden: str) -> bool:
    """Whether trash is asked for, or rows by their ids (recording contact-get-flags-default)."""
    by_id = any(each[0] == "id" and str(each[1]).upper() in ("=", "IN") for each in where)
    return by_id or _mentions(where, hidden)


def _mentions(where: Sequence[Any], name: str) -> bool:
    for each in where:
        if each[0] in ("AND", "OR", "NOT") and isinstance(each[1], list):
            inner = each[1] if each[1] and isinstance(each[1][0], list) else [each[1]]
            if _mentions(inner, name):
                return True
        elif each[0] == name:
            return True
    return False
