"""A record on its way into a table, its values resolved."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from latchkey.practice.civicrm.errors import mandatory_missing
from latchkey.practice.civicrm.schema import Entity, Field, FieldType, Packing
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.tables import PRIMARIES
from latchkey.practice.civicrm.values import shown, stored

ME = "user_contact_id"


@dataclass(slots=True)
class Draft:
    """What a create, update or save was given for one record.

    `columns` are as stored; `beside` is what lies in other tables (`email_primary.email`, custom
    fields, participants of an activity); `unknown` is dropped, but told back as null.
    """

    entity: Entity
    row_id: int | None
    columns: dict[str, Any] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        """Whether there is no row yet."""
        return self.row_id is None

    def fill(self, **columns: Any) -> None:
        """Set what was not given."""
        for name, value in columns.items():
            if self.columns.get(name) is None:
                self.columns[name] = value

    def require(self, action: str, *names: str) -> None:
        """Raise the error that names what is missing."""
        given = {**self.columns, **self.beside}
        missing = [name for name in names if given.get(name) in (None, "", [])]
        if missing:
            raise mandatory_missing(self.entity.name, action, missing)

    def answer(self, row_id: int) -> dict[str, Any]:
        """What a write tells back: the id, what was given and what was filled in."""
        told = {"id": row_id}
        for name, value in self.columns.items():
            told[name] = shown(self.entity.by_name[name], value)
        nulls = [*self.beside, *self.unknown, "custom", "check_permissions"]
        return told | dict.fromkeys(nulls)


def draft(sight: Sight, entity: Entity, given: Mapping[str, Any]) -> Draft:
    """Resolve what was given: names of options become values, unknown fields fall out."""
    row_id = given.get("id")
    made = Draft(entity, None if row_id is None else int(row_id))
    for key, value in given.items():
        if key != "id":
            _place(sight, made, key, value)
    return made


def _place(sight: Sight, made: Draft, key: str, value: Any) -> None:
    name, _, suffix = key.partition(":")
    found = sight.field(made.entity, name)
    if found is None:
        _place_elsewhere(sight, made, name, suffix, value)
        return
    meant = _meant(sight, found, suffix, value)
    if found.field_type is FieldType.COLUMN:
        made.columns[name] = stored(found, meant)
    elif found.field_type is FieldType.FILTER:
        made.unknown.append(key)
    else:
        made.beside[found.name] = meant


def _place_elsewhere(sight: Sight, made: Draft, name: str, suffix: str, value: Any) -> None:
    head, _, rest = name.partition(".")
    if made.entity.name != "Contact" or head not in PRIMARIES:
        made.unknown.append(name)
        return
    found = sight.field(sight.entity(PRIMARIES[head]), rest)
    if found is None:
        made.unknown.append(name)
        return
    made.beside[name] = stored(found, _meant(sight, found, suffix, value))


def _meant(sight: Sight, found: Field, suffix: str, value: Any) -> Any:
    if value == ME and (found.points_to == "Contact" or found.field_type is FieldType.EXTRA):
        return sight.requester.contact_id
    if not suffix:
        return value
    told = value if isinstance(value, list) else [value]
    values = [each for name in told for each in sight.options.values(found, suffix, name)]
    if found.packing is Packing.SINGLE:
        return values[0] if values else None
    return values
