"""What the API says about itself: Entity.get, getActions, getFields, System.check."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.schema import Entity, Field, FieldType, Packing
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.tables import PRIMARIES

Record = dict[str, Any]

_CRUD: Final = (
    "get",
    "create",
    "update",
    "save",
    "delete",
    "replace",
    "getFields",
    "getActions",
    "checkAccess",
)
# mergeDuplicates is listed as recorded; a practice CRM has no use for it.
_OWN: Final[dict[str, tuple[str, ...]]] = {
    "Contact": ("getChecksum", "validateChecksum", "mergeDuplicates"),
    "Group": ("refresh",),
    "Setting": ("get", "set", "revert", "getFields", "getActions"),
    "System": ("check", "getFields", "getActions"),
    "Entity": ("get", "getFields", "getActions"),
}
TABLELESS: Final = ("Setting", "System", "Entity")
_TITLES: Final[Mapping[str, str]] = {"UFMatch": "User Account", "UserRole": "User Role"}
_CHECKS: Final = (
    ("checkCleanPage", "error"),
    ("checkPhpVersion", "info"),
    ("checkMysqlTime", "info"),
    ("checkDebug", "info"),
    ("checkOutboundMail", "warning"),
    ("checkDomainNameEmail", "warning"),
    ("checkDefaultMailbox", "warning"),
    ("checkLastCron", "error"),
    ("checkVersion_upgrade", "info"),
    ("checkExtensions", "info"),
    ("checkScheduledJobLogErrors", "info"),
    ("checkFilesystem", "info"),
)


def register(entity: str, *names: str) -> None:
    """List further actions of an entity."""
    _OWN[entity] = names


def entities() -> list[Record]:
    """Every entity, as Entity.get shows it."""
    return [
        {
            "name": name,
            "title": _TITLES.get(name, name),
            "title_plural": f"{name}s",
            "type": ["DAOEntity"] if name in ENTITIES else ["AbstractEntity"],
            "primary_key": ["id"] if name in ENTITIES else [],
            "class": f"Civi\\Api4\\{name}",
        }
        for name in sorted((*ENTITIES, *TABLELESS))
    ]


def actions(entity: str) -> list[Record]:
    """The actions of an entity, in the order of their names."""
    own = _OWN.get(entity, ())
    names = own if entity in TABLELESS else (*_CRUD, *own)
    return [{"name": name, "description": None, "params": {}} for name in sorted(names)]


def checks() -> list[Record]:
    """System.check (recording system-check)."""
    return [
        {"name": name, "severity": severity, "title": name, "message": "", "is_visible": True}
        for name, severity in _CHECKS
    ]


def fields(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """The fields of an entity that the key may read; with `loadOptions` their lists too."""
    action = str(parameters.get("action") or "get")
    load = bool(parameters.get("loadOptions"))
    return [
        _described(sight, entity, name, field, action, load=load)
        for name, field in _named(sight, entity, action)
    ]


def _named(sight: Sight, entity: Entity, action: str) -> Iterator[tuple[str, Field]]:
    """In CiviCRM's order: its own fields, custom ones, filters, those of the primary e-mail."""
    own = [each for each in entity.fields if sight.field(entity, each.name) is not None]
    filters = [each for each in own if each.field_type is FieldType.FILTER]
    yield from ((each.name, each) for each in own if each not in filters)
    if entity.name != "Contact":
        return
    yield from ((name, sight.custom_fields()[name]) for name in sight.custom_names())
    if action == "get":
        yield from ((each.name, each) for each in filters)
    for head, target in PRIMARIES.items():
        for field in sight.columns(sight.entity(target)):
            yield f"{head}.{field.name}", field


def _described(
    sight: Sight, entity: Entity, name: str, field: Field, action: str, *, load: bool
) -> Record:
    options: Any = field.options is not None
    if load and options:
        options = {each.value: each.label for each in sight.options.of(field)}
    return {
        "type": field.field_type.value,
        "entity": entity.name,
        "required": field.required and action == "create",
        "nullable": not field.required,
        "readonly": field.readonly,
        "name": name,
        "title": field.label,
        "label": field.label,
        "data_type": field.data_type,
        "default_value": field.default,
        "options": options,
        "fk_entity": field.points_to,
        "operators": ["IN", "NOT IN"] if field.field_type is FieldType.FILTER else None,
        "serialize": None if field.packing is Packing.SINGLE else 1,
    }
