"""What pydantic finds wrong with a table, in our words."""

from collections.abc import Iterable

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from latchkey.service.configuration.problems import Problem, nearest

_SENTENCES = {
    "missing": "this key is missing, and nothing works without it.",
    "string_type": 'this has to be a text in quotes, such as "example".',
    "string_too_short": "this is empty; write something or leave the key out.",
    "tuple_type": 'this has to be a list, such as ["example"].',
    "too_short": "this list is empty; write at least one entry or leave the key out.",
    "dict_type": "this has to be a table of keys and values.",
    "bool_type": "this has to be true or false, without quotes.",
    "int_type": "this has to be a whole number, without quotes.",
    "uuid_parsing": "this is no key; leave it out, and one is made.",
}


def complaints(
    where: str, model: type[BaseModel], error: ValidationError, own: Iterable[str] = ()
) -> list[Problem]:
    """The problems of a table. `own` are keys that the model holds in `own`."""
    errors = error.errors(include_url=False)
    inside = {one["loc"][:-1] for one in errors}
    # A list whose entries are all wrong counts as empty besides.
    return [
        _complaint(where, model, one, own)
        for one in errors
        if one["type"] != "too_short" or one["loc"] not in inside
    ]


def _complaint(
    where: str, model: type[BaseModel], error: ErrorDetails, own: Iterable[str]
) -> Problem:
    # The sentence quotes what is wrong: which entry of a list it is, need not be said.
    path = [step for step in error["loc"] if isinstance(step, str)]
    place = ".".join([where, *path])
    kind = error["type"]
    if kind == "extra_forbidden":
        return Problem(place, f"there is no such key; {nearest(path[-1], _keys(model, path, own))}")
    if kind == "value_error":
        return Problem(place, str(error["ctx"]["error"]))
    if kind in {"literal_error", "enum"}:
        return Problem(place, f"{error['input']!r} is not among {error['ctx']['expected']}.")
    return Problem(place, _SENTENCES.get(kind, f"{error['msg']}."))


def _keys(model: type[BaseModel], path: list[str], own: Iterable[str]) -> set[str]:
    """The keys that may stand where the unknown one stands."""
    field = model.model_fields.get(path[0])
    inner = field.annotation if field is not None and len(path) > 1 else None
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return set(inner.model_fields)
    return (set(model.model_fields) - {"own"}) | set(own)
