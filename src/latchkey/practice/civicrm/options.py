"""Lists of options: the names and labels behind the values of a field."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from latchkey.practice.civicrm.schema import Field


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` has the type of the field."""

    value: int | str
    name: str | int
    label: str

    def told(self, suffix: str) -> str | int:
        """What `:name`, `:label` or `:abbr` shows."""
        return self.label if suffix == "label" else self.name


def _named(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, name, name) for name in names)


def _numbered(*names: str) -> tuple[Option, ...]:
    return tuple(Option(number, name, name) for number, name in enumerate(names, start=1))


_FIXED: Final[Mapping[str, tuple[Option, ...]]] = {
    "contact_type": _named("Individual", "Household", "Organization"),
    "group_status": _named("Added", "Pending", "Removed"),
    "location_type": _numbered("Home", "Work", "Main", "Other", "Billing"),
    "on_hold": (
        Option(0, 0, "No"),
        Option(1, 1, "On Hold Bounce"),
        Option(2, 2, "On Hold Opt Out"),
    ),
    "used_for": (
        Option("civicrm_contact", "Contact", "Contacts"),
        Option("civicrm_activity", "Activity", "Activities"),
    ),
}

_ENTITIES: Final[dict[str, str]] = {
    "Group": "SELECT id, name, title FROM civicrm_group",
    "Tag": "SELECT id, name, label FROM civicrm_tag",
    "OptionGroup": "SELECT id, name, COALESCE(title, name) FROM civicrm_option_group",
    "CustomGroup": "SELECT id, name, title FROM civicrm_custom_group",
}


def register(entity: str, statement: str) -> None:
    """Take options from a further entity: `statement` gives id, name and label."""
    _ENTITIES[entity] = statement


_OPTION_VALUES: Final = (
    "SELECT {}, v.name, v.label FROM civicrm_option_value v"
    " JOIN civicrm_option_group g ON g.id = v.option_group_id"
    " WHERE {} = ? AND v.is_active = 1 ORDER BY v.weight, v.id"
)


@dataclass(slots=True)
class OptionLists:
    """The lists as one request sees them; each is read once."""

    db: sqlite3.Connection
    _read: dict[str, tuple[Option, ...]] = field(default_factory=dict)

    def of(self, source: Field) -> tuple[Option, ...]:
        """The options of a field, none where it has no list."""
        if source.options is None:
            return ()
        if source.options not in self._read:
            self._read[source.options] = self._load(source)
        return self._read[source.options]

    def shown(self, source: Field, suffix: str) -> dict[Any, str | int]:
        """Value to name or label; packed values lie there as text."""
        return {option.value: option.told(suffix) for option in self.of(source)}

    def values(self, source: Field, suffix: str, told: object) -> list[int | str]:
        """The values that a name or label stands for, without regard to case."""
        wanted = str(told).casefold()
        return [
            option.value
            for option in self.of(source)
            if str(option.told(suffix)).casefold() == wanted
        ]

    def _load(self, source: Field) -> tuple[Option, ...]:
        kind, _, name = str(source.options).partition(":")
        if kind == "fixed":
            return _FIXED[name]
        if kind == "entity":
            rows = self.db.execute(_ENTITIES[name]).fetchall()
            return tuple(Option(*row) for row in rows)
        key = "v.name" if kind == "named" else "v.value"
        group = "g.id" if kind == "option_group" else "g.name"
        rows = self.db.execute(_OPTION_VALUES.format(key, group), (name,)).fetchall()
        whole = source.data_type == "Integer"
        return tuple(
            Option(int(value) if whole else value, shown, label) for value, shown, label in rows
        )
