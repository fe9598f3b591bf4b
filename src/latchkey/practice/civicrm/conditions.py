"""WHERE, HAVING and ON clauses of the API as SQL."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from latchkey.practice.civicrm import groups
from latchkey.practice.civicrm.crowds import Crowd, among, numbers
from latchkey.practice.civicrm.errors import ApiError, invalid_field
from latchkey.practice.civicrm.schema import SEPARATOR, FieldType, Packing
from latchkey.practice.civicrm.tables import RECORD_TYPES, Column, Tables
from latchkey.practice.civicrm.values import compared, like_pattern

Piece = tuple[str, list[object]]
Resolve = Callable[[str], Column | None]

NOTHING: Final[Piece] = ("0", [])
EVERYTHING: Final[Piece] = ("1", [])
LISTED: Final = "(SELECT value FROM json_each(?))"

_COMPARISONS: Final = frozenset({"=", "!=", "<>", ">", "<", ">=", "<="})
_NEGATIVE: Final[Mapping[str, str]] = {
    "NOT IN": "IN",
    "!=": "=",
    "<>": "=",
    "NOT CONTAINS": "CONTAINS",
    "NOT LIKE": "LIKE",
    "NOT BETWEEN": "BETWEEN",
    "IS NOT NULL": "IS NULL",
    "IS NOT EMPTY": "IS EMPTY",
    "NOT CONTAINS ONE OF": "CONTAINS ONE OF",
}
_ONE_OF: Final = frozenset({"=", "IN", "CONTAINS", "CONTAINS ONE OF"})
_BARE: Final = 2
_WITH_EXPRESSION: Final = 4


def every(tables: Tables, clauses: Sequence[Any], resolve: Resolve | None = None) -> Piece:
    """All of the clauses."""
    return _joined(tables, clauses, "AND", resolve or tables.column)


def _joined(tables: Tables, clauses: Sequence[Any], word: str, resolve: Resolve) -> Piece:
    pieces = [clause(tables, each, resolve) for each in clauses]
    if not pieces:
        return EVERYTHING
    sql = f" {word} ".join(f"({each[0]})" for each in pieces)
    return sql, [parameter for each in pieces for parameter in each[1]]


def clause(tables: Tables, given: Sequence[Any], resolve: Resolve) -> Piece:
    """One clause: a comparison, or AND, OR, NOT with clauses of their own."""
    word = given[0] if given else ""
    if word in ("AND", "OR") and isinstance(given[1], list):
        return _joined(tables, given[1], word, resolve)
    if word == "NOT" and isinstance(given[1], list):
        inner = given[1] if isinstance(given[1][0], list) else [given[1]]
        sql, parameters = _joined(tables, inner, "AND", resolve)
        return f"NOT ({sql})", parameters
    column = resolve(str(word))
    if column is None:
        raise invalid_field(str(word))
    operator = str(given[1]).upper()
    if len(given) == _WITH_EXPRESSION and given[3]:
        return against_column(column, operator, resolve, str(given[2]))
    value = given[2] if len(given) > _BARE else None
    return comparison(tables, column, operator, value)


def against_column(column: Column, operator: str, resolve: Resolve, path: str) -> Piece:
    """A comparison of two columns."""
    other = resolve(path)
    if other is None:
        raise invalid_field(path)
    if operator not in _COMPARISONS:
        raise ApiError("Illegal operator")
    return f"{column.sql} {operator} {other.sql}", []


def comparison(tables: Tables, column: Column, operator: str, value: Any) -> Piece:
    """One comparison with a literal value."""
    if column.suffix and operator not in ("IS NULL", "IS NOT NULL"):
        value = _option_values(tables, column, operator, value)
        operator = {"=": "IN", "!=": "NOT IN", "<>": "NOT IN"}.get(operator, operator)
    if column.field.field_type is FieldType.FILTER:
        return _membership(tables, column, operator, value)
    if column.field.name in RECORD_TYPES and column.field.field_type is FieldType.EXTRA:
        return _participation(column, operator, value)
    return _plain(column, operator, value)


def _option_values(tables: Tables, column: Column, operator: str, value: Any) -> list[object]:
    if operator not in _ONE_OF and operator not in _NEGATIVE:
        raise ApiError(f"Illegal operator '{operator}' for {column.field.name}:{column.suffix}")
    told = value if isinstance(value, list) else [value]
    options = tables.sight.options
    return [each for name in told for each in options.values(column.field, column.suffix, name)]


def _membership(tables: Tables, column: Column, operator: str, value: Any) -> Piece:
    ids = value if isinstance(value, list) else [value]
    wanted = [int(each) for each in ids if str(each).isdigit()]
    if column.field.name == "groups":
        crowds = groups.members(tables.sight, wanted)
    else:
        tagged = f"entity_table = 'civicrm_contact' AND tag_id IN {numbers(wanted)}"
        crowds = [Crowd("civicrm_entity_tag", "entity_id", tagged)]
    return _positive(operator, *among(tables.sight.db, f"{column.place.alias}.id", crowds))


def _participation(column: Column, operator: str, value: Any) -> Piece:
    ids = value if isinstance(value, list) else [value]
    condition = f"record_type_id = {RECORD_TYPES[column.field.name]}"
    if operator not in ("IS NULL", "IS EMPTY", "IS NOT NULL", "IS NOT EMPTY"):
        condition += f" AND contact_id IN {numbers(ids)}"
        return _positive(operator, _takes_part(column, condition), [])
    negation = "" if "NOT" in operator else "NOT "
    return f"{negation}{_takes_part(column, condition)}", []


def _takes_part(column: Column, condition: str) -> str:
    crowd = Crowd("civicrm_activity_contact", "activity_id", condition)
    return f"{column.place.alias}.id IN ({crowd.listed()})"


def _positive(operator: str, condition: str, parameters: list[object]) -> Piece:
    positive = _NEGATIVE.get(operator, operator)
    if positive not in _ONE_OF:
        raise ApiError("Illegal operator")
    return condition if positive == operator else f"NOT {condition}", parameters


def _plain(column: Column, operator: str, value: Any) -> Piece:
    positive = _NEGATIVE.get(operator)
    if positive is not None and operator not in _COMPARISONS:
        sql, parameters = _plain(column, positive, value)
        return f"NOT ({sql})", parameters
    write = _PLAIN.get(operator, partial(_compared, operator=operator))
    return write(column, value=value)


def _is_null(column: Column, value: Any) -> Piece:  # noqa: ARG001 - one of several alike
    return f"{column.sql} IS NULL", []


def _is_empty(column: Column, value: Any) -> Piece:  # noqa: ARG001 - one of several alike
    return f"({column.sql} IS NULL OR {column.sql} IN ('', 0))", []


def _in(column: Column, value: Any) -> Piece:
    values = value if isinstance(value, list) else [value]
    wanted = [compared(column.field, each) for each in values]
    return f"{column.sql} IN {LISTED}", [json.dumps(wanted)]


def _like(column: Column, value: Any) -> Piece:
    return f"{column.sql} LIKE ? ESCAPE '\\'", [value]


def _between(column: Column, value: Any) -> Piece:
    lowest, highest = (compared(column.field, each) for each in value)
    return f"{column.sql} BETWEEN ? AND ?", [lowest, highest]


def _compared(column: Column, value: Any, operator: str) -> Piece:
    if operator not in _COMPARISONS:
        raise ApiError("Illegal operator")
    literal = compared(column.field, value)
    if literal is None:
        return f"{column.sql} IS {'' if operator == '=' else 'NOT '}NULL", []
    if isinstance(literal, list):
        return _plain(column, "IN" if operator == "=" else "NOT IN", literal)
    return f"{column.sql} {operator} ?", [literal]


def _contains(column: Column, value: Any, word: str = "AND") -> Piece:
    parts = [str(each) for each in (value if isinstance(value, list) else [value])]
    if not parts:
        return NOTHING
    sql, around = column.sql, ""
    match column.field.packing:
        case Packing.BOOKEND:
            around = SEPARATOR
        case Packing.COMMA:
            sql, around = f"(',' || {column.sql} || ',')", ","
        case Packing.SINGLE | Packing.JSON:
            pass
    each = f"{sql} LIKE ? ESCAPE '\\'"
    patterns: list[object] = [like_pattern(f"{around}{part}{around}") for part in parts]
    return f" {word} ".join([each] * len(parts)), patterns


_PLAIN: Final[Mapping[str, Callable[..., Piece]]] = {
    "IS NULL": _is_null,
    "IS EMPTY": _is_empty,
    "IN": _in,
    "LIKE": _like,
    "BETWEEN": _between,
    "CONTAINS": _contains,
    "CONTAINS ONE OF": partial(_contains, word="OR"),
}
