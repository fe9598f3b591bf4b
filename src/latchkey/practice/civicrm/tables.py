"""From field paths to columns: the FROM clause of one query, joined as paths need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from latchkey.practice.civicrm.permissions import may_act
from latchkey.practice.civicrm.schema import Entity, Field, FieldType
from latchkey.practice.civicrm.sight import Sight

PRIMARIES: Final[Mapping[str, str]] = {
    "email_primary": "Email",
    "phone_primary": "Phone",
    "address_primary": "Address",
}
RECORD_TYPES: Final[Mapping[str, int]] = {
    "assignee_contact_id": 1,
    "source_contact_id": 2,
    "target_contact_id": 3,
}
ROOT: Final = "a"


@dataclass(frozen=True, slots=True)
class Place:
    """A table in the query."""

    entity: Entity
    alias: str


@dataclass(frozen=True, slots=True)
class Column:
    """A field where it lies; `suffix` is name, label, abbr or nothing."""

    place: Place
    field: Field
    sql: str
    suffix: str


@dataclass(frozen=True, slots=True)
class Joined:
    """An explicit join, whose fields are those of its entity, then those of its bridge."""

    place: Place
    bridge: Place | None

    def places(self) -> tuple[Place, ...]:
        """Where a field of this join is looked for."""
        return (self.place,) if self.bridge is None else (self.place, self.bridge)


class Tables:
    """The tables of one query; asking for a column joins what it needs."""

    def __init__(self, sight: Sight, entity: Entity) -> None:
        self.sight = sight
        self.root = Place(entity, ROOT)
        self.joins: list[str] = []
        self.parameters: list[object] = []
        self.explicit: dict[str, Joined] = {}
        self._steps: dict[tuple[str, str], Place] = {}

    def column(self, path: str) -> Column | None:
        """The column of a path such as `contact_id.email_primary.email` or `uf.uf_id`.

        None when there is no such field, or the key may not read it.
        """
        name, _, suffix = path.partition(":")
        alias, dot, rest = name.partition(".")
        if dot and alias in self.explicit:
            places, name = self.explicit[alias].places(), rest
        else:
            places = (self.root,)
        for place in places:
            found = self._walk(place, name, suffix)
            if found is not None:
                return found
        return None

    def place(self, path: str) -> Place | None:
        """The table that `path.*` speaks of."""
        if path in self.explicit:
            return self.explicit[path].place
        place: Place | None = self.root
        for head in path.split("."):
            place = None if place is None else self._step(place, head)
        return place

    def from_sql(self) -> str:
        """The FROM clause; its parameters are in `parameters`."""
        return " ".join([f"FROM {self.root.entity.table} {ROOT}", *self.joins])

    def _walk(self, place: Place, name: str, suffix: str) -> Column | None:
        field = self.sight.field(place.entity, name)
        if field is not None:
            return Column(place, field, self._sql(place, field), suffix)
        head, dot, rest = name.partition(".")
        onward = self._step(place, head) if dot else None
        return None if onward is None else self._walk(onward, rest, suffix)

    def _sql(self, place: Place, field: Field) -> str:
        if field.custom_id is not None:
            return self._custom(place, field.custom_id)
        if field.field_type is FieldType.EXTRA:
            return _participants(place, field)
        return f'{place.alias}."{field.name}"'

    def _custom(self, place: Place, custom_id: int) -> str:
        key = (place.alias, f"custom_{custom_id}")
        if key not in self._steps:
            alias = self._next_alias()
            self._steps[key] = Place(place.entity, alias)
            self.joins.append(
                f"LEFT JOIN civicrm_custom_value {alias}"
                f" ON {alias}.entity_id = {place.alias}.id AND {alias}.field_id = {custom_id}"
            )
        return f"{self._steps[key].alias}.value"

    def _step(self, place: Place, head: str) -> Place | None:
        key = (place.alias, head)
        if key not in self._steps:
            made = self._primary(place, head) or self._foreign(place, head)
            if made is None:
                return None
            self._steps[key] = made
        return self._steps[key]

    def _primary(self, place: Place, head: str) -> Place | None:
        if place.entity.name != "Contact" or head not in PRIMARIES:
            return None
        entity, alias = self.sight.entity(PRIMARIES[head]), self._next_alias()
        self.joins.append(
            f"LEFT JOIN {entity.table} {alias}"
            f" ON {alias}.contact_id = {place.alias}.id AND {alias}.is_primary = 1"
        )
        return Place(entity, alias)

    def _foreign(self, place: Place, head: str) -> Place | None:
        field = self.sight.field(place.entity, head)
        if field is None or field.points_to is None:
            return None
        if not may_act(self.sight.requester, field.points_to, "get"):
            return None
        entity, alias = self.sight.entity(field.points_to), self._next_alias()
        self.joins.append(
            f"LEFT JOIN {entity.table} {alias} ON {alias}.id = {self._sql(place, field)}"
        )
        return Place(entity, alias)

    def _next_alias(self) -> str:
        return f"j{len(self.joins) + 1}"


def _participants(place: Place, field: Field) -> str:
    shown = "ac.contact_id"
    if field.name != "source_contact_id":
        shown = "group_concat(ac.contact_id, char(1))"
    return (
        f"(SELECT {shown} FROM civicrm_activity_contact ac"  # noqa: S608 - names of our schema
        f" WHERE ac.activity_id = {place.alias}.id"
        f" AND ac.record_type_id = {RECORD_TYPES[field.name]})"
    )
