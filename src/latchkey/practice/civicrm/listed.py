"""`get` over lists that lie in no table: entities, actions, fields, the system check."""

import operator
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from latchkey.practice.civicrm.errors import ApiError, invalid_field

Record = dict[str, Any]


def page(records: Sequence[Record], parameters: Mapping[str, Any]) -> tuple[list[Record], int]:
    """The records of a page, and how many there are on all pages."""
    where = parameters.get("where") or []
    found = [each for each in records if all(_meets(each, clause) for clause in where)]
    for name, direction in reversed(list((parameters.get("orderBy") or {}).items())):
        found.sort(key=lambda each: str(each.get(name)), reverse=str(direction).upper() == "DESC")
    offset = int(parameters.get("offset") or 0)
    limit = int(parameters.get("limit") or 0) or len(found)
    select = [each for each in parameters.get("select") or [] if each != "row_count"]
    return [_selected(each, select) for each in found[offset : offset + limit]], len(found)


def _selected(record: Record, select: Sequence[str]) -> Record:
    if not select:
        return record
    return {
        name: value
        for name, value in record.items()
        if any(fnmatchcase(name, pattern) for pattern in select)
    }


def _meets(record: Record, clause: Sequence[Any]) -> bool:
    word = clause[0]
    if word == "OR":
        return any(_meets(record, each) for each in clause[1])
    if word == "AND":
        return all(_meets(record, each) for each in clause[1])
    if word == "NOT":
        return not all(_meets(record, each) for each in clause[1])
    if word not in record:
        raise invalid_field(str(word))
    value = clause[2] if len(clause) > 2 else None  # noqa: PLR2004 - field, operator, value
    return _compare(record[word], str(clause[1]).upper(), value)


def _compare(own: Any, word: str, value: Any) -> bool:
    if word not in _OPERATORS:
        raise ApiError("Illegal operator")
    return bool(_OPERATORS[word](own, value))


def _like(own: Any, value: Any) -> bool:
    return fnmatchcase(str(own).lower(), str(value).lower().replace("%", "*"))


def _contains(own: Any, value: Any) -> bool:
    return value in own if isinstance(own, list) else str(value) in str(own)


_OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<>": operator.ne,
    "IN": lambda own, value: own in value,
    "NOT IN": lambda own, value: own not in value,
    "LIKE": _like,
    "CONTAINS": _contains,
    "IS NULL": lambda own, _: own is None,
    "IS NOT NULL": lambda own, _: own is not None,
    "IS EMPTY": lambda own, _: own in (None, "", []),
    "IS NOT EMPTY": lambda own, _: own not in (None, "", []),
}
