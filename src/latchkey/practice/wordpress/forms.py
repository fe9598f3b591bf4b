"""Parameters as PHP reads them from an address or a form: `a[]=1&b[x]=2`."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

_LIST = "[]"


def parsed(text: str) -> dict[str, Any]:
    """The parameters of a query string or a form body."""
    return gathered(parse_qsl(text, keep_blank_values=True))


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names with brackets become lists and objects; of a name given twice the last one counts."""
    params: dict[str, Any] = {}
    for name, value in pairs:
        outer, bracket, inner = name.partition("[")
        if not bracket:
            params[name] = value
        elif name.endswith(_LIST):
            kept = params.setdefault(outer, [])
            if isinstance(kept, list):
                kept.append(value)
        else:
            kept = params.setdefault(outer, {})
            if isinstance(kept, dict):
                kept[inner.removesuffix("]")] = value
    return params
