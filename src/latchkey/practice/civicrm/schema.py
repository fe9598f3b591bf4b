"""Entities and fields as values, and the tables that follow from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final, Literal

DataType = Literal["Integer", "String", "Text", "Boolean", "Timestamp", "Date", "Float", "Array"]

SEPARATOR: Final = "\x01"


class Packing(Enum):
    """How a field of several values lies in its column."""

    SINGLE = "single"
    BOOKEND = "bookend"
    COMMA = "comma"
    JSON = "json"


class FieldType(Enum):
    """What a field is, in the words of getFields."""

    COLUMN = "Field"
    FILTER = "Filter"
    EXTRA = "Extra"
    CUSTOM = "Custom"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity.

    `options` names the list its values are taken from: an option group (`option:gender`; or
    `named:languages` where the column holds names), an entity (`entity:Group`) or a fixed list
    (`fixed:location_type`). `points_to` is the entity of a foreign key. `permission` is the one a
    key needs to see the field at all. `custom_id` is that of a custom field. One that stands
    `apart` is shown only where it is asked for by name.
    """

    name: str
    data_type: DataType = "String"
    title: str = ""
    options: str | None = None
    points_to: str | None = None
    packing: Packing = Packing.SINGLE
    field_type: FieldType = FieldType.COLUMN
    default: str | int | None = None
    required: bool = False
    readonly: bool = False
    permission: str | None = None
    custom_id: int | None = None
    apart: bool = False

    @property
    def label(self) -> str:
        """The title, made from the name where none is given."""
        return self.title or self.name.removesuffix("_id").replace("_", " ").title()


@dataclass(frozen=True, slots=True)
class Entity:
    """One API entity and its table; `unique` and `indexes` are groups of columns."""

    name: str
    table: str
    fields: tuple[Field, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    by_name: Mapping[str, Field] = field(default_factory=dict)

    def indexed(self) -> "Entity":
        """The same entity with its fields to be found by name."""
        return replace(self, by_name={each.name: each for each in self.fields})

    @property
    def columns(self) -> tuple[Field, ...]:
        """The fields that lie in the table."""
        return tuple(each for each in self.fields if each.field_type is FieldType.COLUMN)


def whole(
    name: str,
    *,
    to: str | None = None,
    options: str | None = None,
    default: int | None = None,
) -> Field:
    """An integer, perhaps a foreign key or one of a list."""
    return Field(name, "Integer", points_to=to, options=options, default=default)


def text(name: str, *, default: str | None = None, options: str | None = None) -> Field:
    """A short text, compared without regard to case as MySQL does."""
    return Field(name, "String", default=default, options=options)


def flag(name: str, *, default: int | None = 0, title: str = "") -> Field:
    """A yes or no."""
    return Field(name, "Boolean", default=default, title=title)


def moment(name: str) -> Field:
    """A date with a time of day."""
    return Field(name, "Timestamp")


def day(name: str) -> Field:
    """A date."""
    return Field(name, "Date")


def several(name: str, packing: Packing, options: str | None = None) -> Field:
    """Several values in one column."""
    return Field(name, "String", packing=packing, options=options)


_SQL_TYPES: Final[Mapping[str, str]] = {
    "Integer": "INTEGER",
    "Boolean": "INTEGER",
    "Float": "REAL",
}


def ddl(entities: Mapping[str, Entity]) -> str:
    """CREATE statements for every entity that has a table."""
    return "\n".join(_table(entity, entities) for entity in entities.values() if entity.table)


def _table(entity: Entity, entities: Mapping[str, Entity]) -> str:
    lines = ["id INTEGER PRIMARY KEY AUTOINCREMENT"]
    lines += [_column(each, entities) for each in entity.columns if each.name != "id"]
    lines += [f"UNIQUE ({', '.join(names)})" for names in entity.unique]
    indexes = [
        f"CREATE INDEX IF NOT EXISTS {entity.table}_{'_'.join(names)}"
        f" ON {entity.table} ({', '.join(names)});"
        for names in entity.indexes
    ]
    create = f"CREATE TABLE IF NOT EXISTS {entity.table} (\n  " + ",\n  ".join(lines) + "\n);"
    return "\n".join([create, *indexes])


def _column(each: Field, entities: Mapping[str, Entity]) -> str:
    kind = _SQL_TYPES.get(each.data_type, "TEXT COLLATE NOCASE")
    default = "" if each.default is None else f" DEFAULT {each.default!r}"
    reference = ""
    if each.points_to is not None:
        deleted = "CASCADE" if each.required else "SET NULL"
        reference = f" REFERENCES {entities[each.points_to].table} (id) ON DELETE {deleted}"
    return f'"{each.name}" {kind}{default}{reference}'
