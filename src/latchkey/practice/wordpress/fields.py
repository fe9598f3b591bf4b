"""`_fields`: the part of an answer that was asked for."""

from collections.abc import Iterable
from typing import Any

from latchkey.practice.wordpress.parameters import listed


def wanted_fields(given: Any) -> frozenset[str] | None:
    """The names at the top of an answer that are asked for; None means all."""
    if not given:
        return None
    return frozenset(str(path).partition(".")[0] for path in listed(given))


def selected(body: Any, given: Any) -> Any:
    """The fields named in `_fields`, nested ones by dots; of a list, those of each item."""
    paths = [str(path).split(".") for path in listed(given)]
    if isinstance(body, list):
        return [_picked(item, paths) for item in body]
    return _picked(body, paths)


def _picked(value: Any, paths: Iterable[list[str]]) -> Any:
    if not isinstance(value, dict):
        return value
    deeper: dict[str, list[list[str]]] = {}
    for path in paths:
        deeper.setdefault(path[0], []).append(path[1:])
    return {
        key: part if [] in deeper[key] else _picked(part, deeper[key])
        for key, part in value.items()
        if key in deeper
    }
