"""What one request sees: the database, who asks, the fields and lists there are for them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.errors import ApiError
from latchkey.practice.civicrm.options import OptionLists
from latchkey.practice.civicrm.permissions import Requester, readable
from latchkey.practice.civicrm.schema import DataType, Entity, Field, FieldType

_CUSTOM: Final = (
    "SELECT f.id, g.name || '.' || f.name, f.data_type, f.label, f.option_group_id"
    " FROM civicrm_custom_field f JOIN civicrm_custom_group g ON g.id = f.custom_group_id"
    " WHERE f.is_active = 1 AND g.is_active = 1 ORDER BY g.weight, g.id, f.weight, f.id"
)
_TYPES: Final[dict[str, DataType]] = {
    "Int": "Integer",
    "Boolean": "Boolean",
    "Date": "Timestamp",
    "Memo": "Text",
    "Float": "Float",
    "Money": "Float",
}


@dataclass(slots=True)
class Sight:
    """The view of one request; fields that the key may not read do not exist in it."""

    db: sqlite3.Connection
    requester: Requester
    options: OptionLists
    _custom: dict[str, Field] | None = field(default=None)

    @classmethod
    def of(cls, db: sqlite3.Connection, requester: Requester) -> "Sight":
        """A fresh view."""
        return cls(db, requester, OptionLists(db))

    def entity(self, name: str) -> Entity:
        """An entity by name; raises the error that CiviCRM gives for an unknown one."""
        found = ENTITIES.get(name)
        if found is None:
            raise ApiError(
                f"API ({name}, get) does not exist (or the extension it belongs to is not enabled)."
            )
        return found

    def field(self, entity: Entity, name: str) -> Field | None:
        """A field by its own name, custom ones as `group.field` or `custom_N`."""
        found = entity.by_name.get(name)
        if found is None and entity.name == "Contact" and ("." in name or "custom_" in name):
            found = self.custom_fields().get(name)
        if found is None or not readable(self.requester, found):
            return None
        return found

    def columns(self, entity: Entity) -> Iterator[Field]:
        """What `*` stands for."""
        shown = (each for each in entity.columns if not each.apart)
        return (each for each in shown if readable(self.requester, each))

    def custom_fields(self) -> dict[str, Field]:
        """The custom fields of contacts, each under both of its names, in their order."""
        if self._custom is None:
            self._custom = {}
            for row in self.db.execute(_CUSTOM):
                made = _custom_field(*row)
                self._custom[made.name] = made
                self._custom[f"custom_{made.custom_id}"] = made
        return self._custom

    def custom_names(self) -> list[str]:
        """The custom fields by their long names."""
        return [name for name, each in self.custom_fields().items() if each.name == name]

    def forget(self) -> None:
        """Read lists and custom fields anew: a record that makes them was written."""
        self._custom = None
        self.options = OptionLists(self.db)


def _custom_field(
    custom_id: int, name: str, data_type: str, label: str, option_group: int | None
) -> Field:
    kind: DataType = _TYPES.get(data_type, "String")
    return Field(
        name,
        kind,
        title=label,
        options=None if option_group is None else f"option_group:{option_group}",
        field_type=FieldType.CUSTOM,
        custom_id=custom_id,
    )
