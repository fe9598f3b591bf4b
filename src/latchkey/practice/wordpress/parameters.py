"""The arguments of a route: which are needed, what they may hold, what they become."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, assert_never

from latchkey.practice.wordpress import names
from latchkey.practice.wordpress.errors import RestError

Params = dict[str, Any]
Kind = Literal["string", "integer", "boolean", "array", "object", "any"]

# A page of 100 times this still fits into an integer of the database.
_FARTHEST = 2**53
_TRUE = (True, 1, "1", "true")
_FALSE = (False, 0, "0", "false", "")


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument; `clean` runs after every argument was found valid and may refuse it too."""

    kind: Kind
    description: str = ""
    required: bool = False
    default: Any = None
    enum: tuple[str, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    max_items: int | None = None
    items: "Argument | None" = None
    properties: "Mapping[str, Argument] | None" = None
    additional: Any = None
    form: Literal["email", "uri"] | None = None
    clean: Callable[[Any], Any] | None = None

    def described(self) -> dict[str, Any]:
        """The argument as OPTIONS shows it (recording batch-options)."""
        about = {"description": self.description} if self.description else {}
        return {**about, **self._schema(), "required": self.required}

    def _schema(self) -> dict[str, Any]:
        shown = {
            "format": self.form,
            "enum": self.enum,
            "default": self.default,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "maxItems": self.max_items,
            "items": None if self.items is None else self.items.nested(),
            "additionalProperties": self.additional,
        }
        known = {name: value for name, value in shown.items() if value is not None}
        if self.kind != "object":
            return {"type": self.kind, **known}
        inner = {name: inner.nested() for name, inner in (self.properties or {}).items()}
        # PHP writes an array without keys as a list.
        return {"type": self.kind, "properties": inner or [], **known}

    def nested(self) -> dict[str, Any]:
        """The same inside another argument, where only what is required says so."""
        return {**self._schema(), **({"required": True} if self.required else {})}


Arguments = Mapping[str, Argument]


def prepared(arguments: Arguments, given: Params) -> Params:
    """The parameters checked, converted and with their defaults; unknown ones stay as they came.

    Raises:
        RestError: `rest_missing_callback_param`, or `rest_invalid_param` naming each bad one.
    """
    params = {name: value for name, value in given.items() if value is not None}
    for name, argument in arguments.items():
        if argument.default is not None:
            params.setdefault(name, argument.default)
    missing = [name for name, a in arguments.items() if a.required and name not in params]
    if missing:
        raise RestError(
            "rest_missing_callback_param",
            f"Missing parameter(s): {', '.join(missing)}",
            400,
            params=missing,
        )
    known = {name: argument for name, argument in arguments.items() if name in params}
    _each(known, lambda name: check(name, params[name], known[name]))
    cleaned = _each(known, lambda name: _cleaned(params[name], known[name]))
    return {**params, **cleaned}


def check(name: str, value: Any, argument: Argument) -> None:
    """Hold one value to its argument.

    Raises:
        RestError: without a status, which is how WordPress nests it in the details.
    """
    _check_kind(name, value, argument)
    if argument.enum is not None and value not in argument.enum and argument.kind != "array":
        _refuse("rest_not_in_enum", f"{name} is not one of {english_list(argument.enum)}.")
    if argument.form == "email" and not names.is_email(value):
        _refuse("rest_invalid_email", "Invalid email address.")
    if argument.kind == "integer":
        _check_bounds(name, int(value), argument)
    if argument.kind == "array":
        _check_items(name, listed(value), argument)
    if argument.properties is not None:
        _check_properties(name, value, argument.properties)


def english_list(words: tuple[str, ...]) -> str:
    """The words as WordPress lists them: `a`, `a and b`, `a, b, and c`."""
    if len(words) < 3:  # noqa: PLR2004 - from three on there are commas
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"


def listed(value: Any) -> list[Any]:
    """A list as it is; a single text is taken for one with commas or spaces between."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return list(value.values())
    return str(value).replace(",", " ").split()


def is_true(value: Any) -> bool:
    """Whether a boolean argument, which a form sends as text, says yes."""
    return value in _TRUE


def _each(known: Arguments, act: Callable[[str], Any]) -> Params:
    results: Params = {}
    faults: dict[str, RestError] = {}
    for name in known:
        try:
            results[name] = act(name)
        except RestError as fault:
            faults[name] = fault
    if not faults:
        return results
    raise RestError(
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(faults)}",
        400,
        params={name: fault.message for name, fault in faults.items()},
        details={name: fault.body() for name, fault in faults.items()},
    )


def _cleaned(value: Any, argument: Argument) -> Any:
    if argument.kind == "integer":
        value = max(-_FARTHEST, min(int(value), _FARTHEST))
    elif argument.kind == "boolean":
        value = is_true(value)
    elif argument.kind == "array":
        items = argument.items
        value = listed(value) if items is None else [_cleaned(v, items) for v in listed(value)]
    elif argument.form == "uri":
        value = names.web_address(value)
    return value if argument.clean is None else argument.clean(value)


def _check_kind(name: str, value: Any, argument: Argument) -> None:
    match argument.kind:
        case "string":
            fits = isinstance(value, str)
        case "integer":
            fits = _is_integer(value)
        case "boolean":
            fits = isinstance(value, bool | int | str) and value in (*_TRUE, *_FALSE)
        case "array":
            fits = isinstance(value, list | str | int | float) or value == {}
        case "object":
            fits = isinstance(value, dict) or value in ([], "")
        case "any":
            fits = True
        case _:
            assert_never(argument.kind)
    if not fits:
        message = f"{name} is not of type {argument.kind}."
        raise RestError("rest_invalid_type", message, None, param=name)


def _is_integer(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value).is_integer() and int(value) == float(value)
    except (ValueError, OverflowError):
        return False


def _check_bounds(name: str, number: int, argument: Argument) -> None:
    low, high = argument.minimum, argument.maximum
    if low is not None and high is not None and not low <= number <= high:
        _refuse(
            "rest_out_of_bounds",
            f"{name} must be between {low} (inclusive) and {high} (inclusive)",
        )
    if low is not None and number < low:
        _refuse("rest_out_of_bounds", f"{name} must be greater than or equal to {low}")


def _check_items(name: str, values: list[Any], argument: Argument) -> None:
    for position, value in enumerate(values):
        if argument.items is not None:
            check(f"{name}[{position}]", value, argument.items)
    if argument.max_items is not None and len(values) > argument.max_items:
        message = f"{name} must contain at most {argument.max_items} items."
        _refuse("rest_too_many_items", message)


def _check_properties(name: str, value: Any, properties: Arguments) -> None:
    for key, argument in properties.items():
        if key in value:
            check(f"{name}[{key}]", value[key], argument)
        elif argument.required:
            message = f"{key} is a required property of {name}."
            _refuse("rest_property_required", message)


def _refuse(code: str, message: str) -> None:
    raise RestError(code, message)
