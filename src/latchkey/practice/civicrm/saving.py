"""create, update, save, replace and delete: one record after the other, never all or none.

At the first error the earlier records stay, the failing one may stay half-made, the later ones
are not tried, and the answer carries only the error.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from latchkey.practice import database
from latchkey.practice.civicrm import (
    activities,
    contacts,
    locations,
    making,
    memberships,
    rows,
)
from latchkey.practice.civicrm.drafts import Draft, draft
from latchkey.practice.civicrm.errors import CONSTRAINT_VIOLATION, ApiError
from latchkey.practice.civicrm.query import Query
from latchkey.practice.civicrm.schema import Entity
from latchkey.practice.civicrm.sight import Sight

Record = dict[str, Any]
Write = Callable[[Sight, Draft], Record]

_WRITERS: Final[dict[str, Write]] = {
    "Contact": contacts.write,
    "Email": locations.write,
    "Phone": locations.write,
    "Address": locations.write,
    "Activity": activities.write,
    "GroupContact": memberships.write,
    "Group": making.write_group,
    "Tag": making.write_tag,
    "EntityTag": making.write_entity_tag,
    "UFMatch": making.write_link,
    "OptionValue": making.write_option_value,
    "SavedSearch": making.write_saved_search,
    "CustomGroup": making.write_custom_group,
    "CustomField": making.write_custom_field,
}
_LAST_TELLS_MORE: Final = {"GroupContact": ("method", "tracking")}


def register(entity: str, write: Write) -> None:
    """Write the records of a further entity in this way."""
    _WRITERS[entity] = write


def create(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """One new record."""
    values = {key: value for key, value in (parameters.get("values") or {}).items() if key != "id"}
    return [_write(sight, entity, values)]


def save(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """New and existing records; `match` names the fields that make one the same."""
    records = parameters.get("records")
    if not isinstance(records, list):
        raise ApiError('Parameter "records" is required.')
    defaults = parameters.get("defaults") or {}
    match = parameters.get("match") or []
    broken = _breaks_at(sight, entity, records)
    told: list[Record] = []
    for number, record in enumerate(records):
        made = matched(sight, entity, {**defaults, **record}, match)
        told.append(
            _write_broken(sight, entity, made) if number == broken else _write(sight, entity, made)
        )
    return _tell_last(entity, told)


def update(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """The same values for every record that `where` finds."""
    values = dict(parameters.get("values") or {})
    own_id = values.pop("id", None)
    where = parameters.get("where") or ([["id", "=", own_id]] if own_id is not None else [])
    told = [
        _write(sight, entity, {**values, "id": row_id})
        for row_id in _found(sight, entity, {**parameters, "where": where})
    ]
    return _tell_last(entity, told)


def replace(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """Make the records that `where` finds those given: save these, delete the others."""
    where: Sequence[Any] = parameters.get("where") or []
    before = _found(sight, entity, parameters)
    shared = {each[0]: each[2] for each in where if each[1] == "="}
    defaults = {**shared, **(parameters.get("defaults") or {})}
    told = save(sight, entity, {**parameters, "defaults": defaults})
    kept = {each["id"] for each in told}
    for row_id in before:
        if row_id not in kept:
            _delete(sight, entity, row_id, for_good=True)
    return told


def delete(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[Record]:
    """Delete what `where` finds; contacts go to the trash unless `useTrash` is false."""
    for_good = parameters.get("useTrash", True) is False
    found = _found(sight, entity, parameters)
    for row_id in found:
        _delete(sight, entity, row_id, for_good=for_good)
    # Only contacts come back with a number (recordings contact-delete-to-trash, ufmatch-delete).
    return [{"id": each if entity.name == "Contact" else str(each)} for each in found]


def _found(sight: Sight, entity: Entity, parameters: Mapping[str, Any]) -> list[int]:
    where = parameters.get("where")
    if not where:
        raise ApiError('Parameter "where" is required.')
    asked = {
        "select": ["id"],
        "where": where,
        "orderBy": parameters.get("orderBy") or {"id": "ASC"},
        "limit": parameters.get("limit"),
        "offset": parameters.get("offset"),
    }
    return [int(row["id"]) for row in Query(sight, entity.name, asked).rows()]


def _write(sight: Sight, entity: Entity, record: Record) -> Record:
    write = _WRITERS.get(entity.name, making.write_plain)
    return write(sight, draft(sight, entity, record))


def matched(sight: Sight, entity: Entity, record: Record, match: Sequence[str]) -> Record:
    """The record with the id of the one row that has the same values in the fields of `match`."""
    if not match or record.get("id") is not None:
        return record
    made = draft(sight, entity, record)
    if entity.name == "EntityTag":
        made.fill(entity_table="civicrm_contact")
    given = {**made.columns, **made.beside}
    where = [
        [name, "=", given[name]] if given.get(name) is not None else [name, "IS NULL"]
        for name in match
    ]
    asked = {"select": ["id"], "where": where, "limit": 2}
    found = Query(sight, entity.name, asked).rows()
    return {**record, "id": found[0]["id"]} if len(found) == 1 else record


def _tell_last(entity: Entity, told: list[Record]) -> list[Record]:
    """The last record of a bulk answer has two keys more (recording groupcontact-save-bulk)."""
    if told:
        told[-1] |= dict.fromkeys(_LAST_TELLS_MORE.get(entity.name, ()))
    return told


def _delete(sight: Sight, entity: Entity, row_id: int, *, for_good: bool) -> None:
    kept = rows.row(sight.db, entity, row_id)
    match entity.name:
        case "Contact" if for_good:
            contacts.erase(sight.db, row_id)
        case "Contact":
            contacts.trash(sight.db, row_id)
        case "GroupContact":
            rows.remove(sight.db, entity, row_id)
            memberships.record(sight, kept, "Deleted")
        case "Email" | "Phone" | "Address":
            rows.remove(sight.db, entity, row_id)
            locations.promote(sight.db, entity.name, kept["contact_id"])
            locations.touch(sight.db, kept["contact_id"])
        case _:
            rows.remove(sight.db, entity, row_id)


def _breaks_at(sight: Sight, entity: Entity, records: Sequence[Any]) -> int | None:
    """Where the `partial_saves` switch breaks a bulk save of activities."""
    if entity.name != "Activity" or len(records) <= 1:
        return None
    return len(records) // 2 if database.take_turn(sight.db, "partial_saves") else None


def _write_broken(sight: Sight, entity: Entity, record: Record) -> Record:
    """Leave an activity without its target, and fail (activity-get-after-partial-error)."""
    _write(sight, entity, {key: value for key, value in record.items() if "target" not in key})
    raise ApiError(CONSTRAINT_VIOLATION)
