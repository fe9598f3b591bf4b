"""Values on their way into the database and out of it."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from latchkey.practice.civicrm.schema import SEPARATOR, Field, Packing

MOMENT: Final = "%Y-%m-%d %H:%M:%S"
COMPACT: Final = "%Y%m%d%H%M%S"


def now() -> str:
    """The clock of the CRM, as its columns show it."""
    return datetime.now().strftime(MOMENT)  # noqa: DTZ005 - MySQL's columns know no time zone


def compact(moment: str) -> str:
    """A moment as create answers show it (recording activity-create)."""
    return datetime.strptime(moment, MOMENT).strftime(COMPACT)  # noqa: DTZ007 - as above


def stored(field: Field, value: object) -> Any:
    """A value as its column holds it."""
    if value is None or value == "null":
        return None
    if field.packing is not Packing.SINGLE:
        return _packed(field.packing, value)
    match field.data_type:
        case "Boolean":
            return int(_truth(value))
        case "Integer":
            return _number(value)
        case "Timestamp" | "Date":
            return _moment(str(value), with_time=field.data_type == "Timestamp")
        case "String" | "Text" | "Float" | "Array":
            return value if isinstance(value, str | int | float) else json.dumps(value)


def compared(field: Field, value: object) -> Any:
    """A value that a column is compared with."""
    return value if isinstance(value, list) else stored(field, value)


def decoder(field: Field) -> Callable[[Any], Any] | None:
    """How a stored value, not null, is shown; None where it is shown as it is."""
    match field.packing:
        case Packing.BOOKEND:
            return lambda value: value.strip(SEPARATOR).split(SEPARATOR)
        case Packing.COMMA:
            return lambda value: value.split(",")
        case Packing.JSON:
            return json.loads
        case Packing.SINGLE:
            return _single(field)


def shown(field: Field, value: object) -> Any:
    """A stored value as an answer shows it."""
    decode = decoder(field)
    return value if decode is None or value is None else decode(value)


def like_pattern(part: str) -> str:
    """A LIKE pattern for "contains", to be used with ESCAPE '\\'."""
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _single(field: Field) -> Callable[[Any], Any] | None:
    match field.data_type:
        case "Boolean":
            return lambda value: bool(int(value))
        case "Array":
            return lambda value: value.split(SEPARATOR)
        case "Integer":
            return int if field.custom_id is not None else None
        case "String" | "Text" | "Float" | "Timestamp" | "Date":
            return None


def _packed(packing: Packing, value: object) -> str:
    if packing is Packing.JSON:
        return json.dumps(value)
    parts: Sequence[object] = value if isinstance(value, list) else [value]
    texts = [str(part) for part in parts]
    if packing is Packing.COMMA:
        return ",".join(texts)
    return SEPARATOR + SEPARATOR.join(texts) + SEPARATOR


def _truth(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() not in ("", "0", "false", "no")
    return bool(value)


def _number(value: object) -> object:
    if isinstance(value, str):
        return int(value) if value.lstrip("-").isdigit() else value
    return int(value) if isinstance(value, bool) else value


def _moment(told: str, *, with_time: bool) -> str:
    if told == "now":
        return now() if with_time else now()[:10]
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return told
    return moment.strftime(MOMENT if with_time else "%Y-%m-%d")
