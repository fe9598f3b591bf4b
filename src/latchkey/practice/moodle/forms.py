"""Parameters as PHP reads them from a form: `users[0][email]=a` to any depth."""

import re
from collections.abc import Iterable
from typing import Any

_KEYS = re.compile(r"\[([^\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Objects within objects; those with the keys 0, 1, 2 … become lists."""
    params: dict[str, Any] = {}
    for name, value in pairs:
        outer, _, rest = name.partition("[")
        keys = [outer, *_KEYS.findall(f"[{rest}")] if rest else [outer]
        within = params
        for key in keys[:-1]:
            deeper = within.setdefault(key, {})
            if not isinstance(deeper, dict):
                break
            within = deeper
        else:
            within[keys[-1]] = value
    return {name: _listed(value) for name, value in params.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _listed(one) for key, one in value.items()}
    numbered = list(inner) == [str(number) for number in range(len(inner))]
    return list(inner.values()) if numbered else inner
