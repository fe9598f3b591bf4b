"""The `filter` of a collection: conditions and groups, as an SQL condition on accounts."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field

from latchkey.practice.drupal.errors import ApiError
from latchkey.practice.drupal.switches import switch
from latchkey.practice.drupal.users import CUSTOM_FIELDS

_PARTS = re.compile(r"\[([^\]]*)\]")
_COLUMNS = {
    "id": "uuid",
    "name": "name",
    "drupal_internal__uid": "uid",
    "status": "status",
    **{name: f"json_extract(fields, '$.{name}')" for name in CUSTOM_FIELDS},
}
_ROLE = "roles.meta.drupal_internal__target_id"
_HOLDS_ROLE = "EXISTS (SELECT 1 FROM drupal_user_roles r WHERE r.uid = drupal_users.uid AND r.role"
_COMPARISONS = ("=", "<>", ">", ">=", "<", "<=")


@dataclass(slots=True)
class _Condition:
    path: str = ""
    operator: str = "="
    values: list[str] = field(default_factory=list)
    group: str = ""
    conjunction: str = ""


def paths_in(query: Iterable[tuple[str, str]]) -> list[str]:
    """What a query filters by, which needs the right to see it."""
    return [each.path for each in _conditions(query).values() if each.path]


def sql_of(db: sqlite3.Connection, query: Iterable[tuple[str, str]]) -> tuple[str, list[object]]:
    """The SQL condition of a query's filters, with its values."""
    conditions = _conditions(query)
    groups = {name: each.conjunction for name, each in conditions.items() if each.conjunction}
    texts: dict[str, list[str]] = {}
    values: dict[str, list[object]] = {}
    for each in conditions.values():
        if not each.conjunction:
            texts.setdefault(each.group, []).append(_text(db, each))
            values.setdefault(each.group, []).extend(_values(each))
    parts, given = [], []
    for group, told in texts.items():
        parts.append("(" + f" {groups.get(group, 'AND')} ".join(told) + ")")
        given += values[group]
    return " AND ".join(parts) or "1", given


def _conditions(query: Iterable[tuple[str, str]]) -> dict[str, _Condition]:
    found: dict[str, _Condition] = {}
    for key, value in query:
        if key.startswith("filter["):
            name, *rest = _PARTS.findall(key)
            _take(found.setdefault(name, _Condition()), name, rest, value)
    return found


def _take(condition: _Condition, name: str, rest: list[str], value: str) -> None:
    if rest[:2] == ["group", "conjunction"]:
        condition.conjunction = "OR" if value.upper() == "OR" else "AND"
        return
    long = rest[:1] == ["condition"]
    parts = rest[1:] if long else rest
    if not long:
        condition.path = condition.path or name
    match parts[:1]:
        case ["path"]:
            condition.path = value
        case ["operator"]:
            condition.operator = value
        case ["memberOf"]:
            condition.group = value
        case ["value"] | []:
            condition.values.append(value)
        case _:
            raise ApiError(400, f"Invalid parameter '{parts[0]}' for filter '{name}'.")


def _text(db: sqlite3.Connection, condition: _Condition) -> str:
    path, operator = condition.path, condition.operator.upper()
    marks = ", ".join("?" * len(condition.values))
    if path == _ROLE:
        return f"{_HOLDS_ROLE} IN ({marks}))"
    column = _column(db, path)
    if operator == "IN":
        return f"{column} IN ({marks})"
    if operator == "STARTS_WITH":
        # LIKE ignores the case in every database that Drupal runs on.
        return rf"{column} LIKE ? ESCAPE '\'"
    if operator in _COMPARISONS:
        return f"{column} {operator} ?"
    raise ApiError(400, f"The '{operator}' operator is not allowed in a filter parameter.")


def _values(condition: _Condition) -> list[object]:
    if condition.operator.upper() == "STARTS_WITH":
        return [re.sub(r"([\\%_])", r"\\\1", value) + "%" for value in condition.values]
    # Only numbers are kept as numbers, and a text that looks like one is not equal to them.
    number = condition.path in ("drupal_internal__uid", "field_civi_contact_id", "status")
    return [int(v) if number and v.isdigit() else v for v in condition.values]


def _column(db: sqlite3.Connection, path: str) -> str:
    if path == "mail":
        return f"mail COLLATE {'NOCASE' if switch(db, 'ignores_case') else 'BINARY'}"
    if path not in _COLUMNS:
        raise ApiError(
            400,
            f"Invalid nested filtering. The field `{path}`, given in the path `{path}`, "
            "does not exist.",
        )
    return _COLUMNS[path]
