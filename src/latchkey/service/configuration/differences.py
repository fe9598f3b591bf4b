"""What loading a file changes, shown before and after, and never a secret."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from latchkey.service.configuration.tables import Row


class Step(StrEnum):
    """What happens to a table."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Alteration:
    """One key of a table that changes; empty text stands for a key that is not there."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What happens to one table; KEPT is stored, is not in the file, and stays."""

    where: str
    step: Step
    alterations: tuple[Alteration, ...] = ()


def difference(
    where: str, before: Row | None, after: Row, new_secrets: Collection[str] = ()
) -> Difference:
    """How the table changes. `new_secrets` are the credentials with another value."""
    if before is None:
        return Difference(where, Step.ADDED)
    keys = [*after, *(key for key in before if key not in after)]
    altered = [
        Alteration(key, shown(before.get(key)), shown(after.get(key)))
        for key in keys
        if before.get(key) != after.get(key)
    ]
    named = {alteration.key for alteration in altered}
    altered += [
        Alteration(key, "the value before", "a new value")
        for key in new_secrets
        if key not in named
    ]
    return Difference(where, Step.CHANGED if altered else Step.UNCHANGED, tuple(altered))


def shown(value: object) -> str:
    """A value of the file as a person reads it."""
    match value:
        case None:
            return ""
        case list() | tuple():
            return ", ".join(str(item) for item in value)
        case dict():
            return ", ".join(f"{name}={text}" for name, text in value.items())
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)
