"""The explicit joins of a query: LEFT, INNER and EXCLUDE, with or without a bridge."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from latchkey.practice.civicrm.conditions import Piece, against_column, comparison
from latchkey.practice.civicrm.errors import ApiError, invalid_field
from latchkey.practice.civicrm.permissions import may_act
from latchkey.practice.civicrm.schema import Entity
from latchkey.practice.civicrm.tables import Joined, Place, Tables

_NAMED: Final = re.compile(r"^(\w+)(?:\s+AS\s+(\w+))?$", re.IGNORECASE)
_UNARY: Final = 2


@dataclass(frozen=True, slots=True)
class Bridge:
    """How a bridge entity ties two entities; `only` narrows it to rows about contacts."""

    near: str
    far: str
    only: str = ""


_BRIDGES: Final = {
    ("Contact", "EntityTag", "Tag"): Bridge(
        "entity_id", "tag_id", "{}.entity_table = 'civicrm_contact'"
    ),
    ("Tag", "EntityTag", "Contact"): Bridge(
        "tag_id", "entity_id", "{}.entity_table = 'civicrm_contact'"
    ),
    ("Contact", "GroupContact", "Group"): Bridge("contact_id", "group_id"),
    ("Group", "GroupContact", "Contact"): Bridge("group_id", "contact_id"),
    ("Contact", "ActivityContact", "Activity"): Bridge("contact_id", "activity_id"),
    ("Activity", "ActivityContact", "Contact"): Bridge("activity_id", "contact_id"),
}


@dataclass(frozen=True, slots=True)
class _Told:
    """A join as it was asked for."""

    entity: str
    alias: str
    side: str
    bridge: str | None
    conditions: list[Any]


def add(tables: Tables, given: Sequence[Any]) -> str | None:
    """Join one entity; the condition that an EXCLUDE adds to WHERE, else None.

    An entity that the key may not read is not joined at all, silently: its fields do not exist.
    """
    told = _told(given)
    place = Place(tables.sight.entity(told.entity), f"x_{told.alias}")
    if not may_act(tables.sight.requester, told.entity, "get"):
        return None
    if told.bridge is None:
        table, first = _direct(tables, place, told)
    else:
        table, first = _bridged(tables, place, told.alias, told.bridge)
    pieces: list[Piece] = [(sql, []) for sql in first]
    pieces += [_on(tables, each) for each in told.conditions]
    condition = " AND ".join(f"({sql})" for sql, _ in pieces)
    word = "INNER" if told.side == "INNER" else "LEFT"
    tables.joins.append(f"{word} JOIN {table} ON {condition}")
    tables.parameters += [parameter for _, parameters in pieces for parameter in parameters]
    return f"{place.alias}.id IS NULL" if told.side == "EXCLUDE" else None


def _told(given: Sequence[Any]) -> _Told:
    named = _NAMED.match(str(given[0]))
    if named is None:
        raise ApiError(f"Illegal character in join entity '{given[0]}'")
    side = str(given[1]).upper() if len(given) > 1 else "LEFT"
    if side not in ("LEFT", "INNER", "EXCLUDE"):
        raise ApiError(f"Illegal join type: '{side}'.")
    rest = [each for each in given[2:] if each is not None]
    bridge = rest.pop(0) if rest and isinstance(rest[0], str) else None
    alias = named.group(2) or named.group(1).lower()
    return _Told(named.group(1), alias, side, bridge, rest)


def _direct(tables: Tables, place: Place, told: _Told) -> tuple[str, list[str]]:
    tables.explicit[told.alias] = Joined(place, None)
    first = [] if told.conditions else [_natural(tables.root.entity, place)]
    return f"{place.entity.table} {place.alias}", first


def _bridged(tables: Tables, place: Place, alias: str, name: str) -> tuple[str, list[str]]:
    bridge = _BRIDGES.get((tables.root.entity.name, name, place.entity.name))
    if bridge is None:
        raise ApiError(f"Unable to join {place.entity.name} via {name}")
    between = Place(tables.sight.entity(name), f"b_{alias}")
    tables.explicit[alias] = Joined(place, between)
    table = (
        f"({between.entity.table} {between.alias} JOIN {place.entity.table} {place.alias}"
        f" ON {place.alias}.id = {between.alias}.{bridge.far})"
    )
    conditions = [f"{between.alias}.{bridge.near} = {tables.root.alias}.id"]
    if bridge.only:
        conditions.append(bridge.only.format(between.alias))
    return table, conditions


def _natural(root: Entity, place: Place) -> str:
    for field in place.entity.fields:
        if field.points_to == root.name:
            return f'{place.alias}."{field.name}" = a.id'
    for field in root.fields:
        if field.points_to == place.entity.name:
            return f'{place.alias}.id = a."{field.name}"'
    raise ApiError(f"Unable to join {place.entity.name} without conditions")


def _on(tables: Tables, given: Sequence[Any]) -> Piece:
    if given[0] in ("OR", "AND"):
        pieces = [_on(tables, each) for each in given[1]]
        sql = f" {given[0]} ".join(f"({each})" for each, _ in pieces)
        return sql, [parameter for _, parameters in pieces for parameter in parameters]
    column = tables.column(str(given[0]))
    if column is None:
        raise invalid_field(str(given[0]))
    operator = str(given[1]).upper()
    value = given[2] if len(given) > _UNARY else None
    if not isinstance(value, str):
        return comparison(tables, column, operator, value)
    if value[:1] in ('"', "'"):
        literal = json.loads(value) if value[0] == '"' else value.strip("'")
        return comparison(tables, column, operator, literal)
    if value.lstrip("-").isdigit():
        return comparison(tables, column, operator, int(value))
    return against_column(column, operator, tables.column, value)
