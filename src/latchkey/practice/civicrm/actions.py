"""One API call: entity, action and parameters in, the answer out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from latchkey.practice import database
from latchkey.practice.civicrm import (
    checksums,
    describing,
    groups,
    listed,
    saving,
    settings,
)
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.errors import ApiError
from latchkey.practice.civicrm.permissions import Requester, may_act, require
from latchkey.practice.civicrm.query import Query
from latchkey.practice.civicrm.sight import Sight

Record = dict[str, Any]
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """Rows and their counts; `count` is what CiviCRM says, `matched` only where it was asked."""

    rows: list[Record]
    count: int
    matched: int | None = None

    @classmethod
    def all(cls, rows: list[Record]) -> "Found":
        """Rows that are all there are."""
        return cls(rows, len(rows))


Act = Callable[[Sight, str, Parameters], Found]

_COMMON: Final = frozenset({"checkPermissions", "debug", "chain", "version", "language"})
_PAGE: Final = frozenset({"where", "orderBy", "limit", "offset"})
_LIST: Final = _PAGE | {"select"}


@dataclass(frozen=True, slots=True)
class Action:
    """An action: what it does, which parameters it knows, whether it writes."""

    act: Act
    parameters: frozenset[str]
    writes: bool = False


def _get(sight: Sight, entity: str, parameters: Parameters) -> Found:
    asked = [each for each in parameters.get("select") or [] if each != "row_count"]
    counting = "row_count" in (parameters.get("select") or [])
    query = Query(sight, entity, parameters)
    if counting and not asked:
        total = query.total()
        return Found([], total, total)
    rows = query.rows()
    limit, offset = int(parameters.get("limit") or 0), int(parameters.get("offset") or 0)
    if limit and len(rows) >= limit:
        total = query.total() if counting else len(rows)
    else:
        # So CiviCRM counts, wrongly past the end.
        total = len(rows) + offset
    return Found(rows, total, total if counting else None)


def _writing(
    write: Callable[[Sight, Any, Parameters], list[Record]],
) -> Act:
    def act(sight: Sight, entity: str, parameters: Parameters) -> Found:
        told = write(sight, sight.entity(entity), parameters)
        if parameters.get("reload"):
            told = _reloaded(sight, entity, told, parameters["reload"])
        return Found.all(told)

    return act


def _reloaded(sight: Sight, entity: str, told: list[Record], reload: Any) -> list[Record]:
    select = reload if isinstance(reload, list) else ["*"]
    where = [["id", "IN", [each["id"] for each in told]]]
    rows = Query(sight, entity, {"select": select, "where": where}).rows()
    by_id = {row["id"]: row for row in rows}
    return [by_id[each["id"]] for each in told]


def _get_fields(sight: Sight, entity: str, parameters: Parameters) -> Found:
    known = ENTITIES.get(entity)
    fields = [] if known is None else describing.fields(sight, known, parameters)
    return Found(*listed.page(fields, parameters))


def _get_actions(_sight: Sight, entity: str, parameters: Parameters) -> Found:
    return Found(*listed.page(describing.actions(entity), parameters))


def _check_access(sight: Sight, entity: str, parameters: Parameters) -> Found:
    for name in ("action", "values"):
        if not parameters.get(name):
            raise ApiError(f'Parameter "{name}" is required.')
    action = str(parameters["action"])
    _action(entity, action)
    return Found.all([{"access": may_act(sight.requester, entity, action)}])


def _get_entities(_sight: Sight, _entity: str, parameters: Parameters) -> Found:
    return Found(*listed.page(describing.entities(), parameters))


def _check_system(_sight: Sight, _entity: str, parameters: Parameters) -> Found:
    return Found(*listed.page(describing.checks(), parameters))


def _refresh(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    rows = Query(sight, "Group", {**parameters, "select": ["id"]}).rows()
    for row in rows:
        groups.refresh(sight, row["id"])
    return Found.all(rows)


def _get_checksum(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    contact_id = _contact_id(parameters)
    hours = int(parameters.get("ttl", checksums.HOURS))
    checksum = checksums.make(sight.db, contact_id, hours)
    return Found.all([{"id": contact_id, "checksum": checksum}])


def _validate_checksum(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    told = str(parameters.get("checksum") or "")
    return Found.all([{"valid": checksums.holds(sight.db, _contact_id(parameters), told)}])


def _contact_id(parameters: Parameters) -> int:
    if not parameters.get("contactId"):
        raise ApiError('Parameter "contactId" is required.')
    return int(parameters["contactId"])


def _get_settings(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    return Found.all(settings.get(sight.db, parameters.get("select") or []))


def _set_settings(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    return Found.all(settings.put(sight.db, parameters.get("values") or {}))


def _revert_settings(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    return Found.all(settings.revert(sight.db, parameters.get("select") or []))


_META: Final[Mapping[str, Action]] = {
    "getFields": Action(
        _get_fields, _LIST | {"loadOptions", "action", "values", "type", "includeCustom"}
    ),
    "getActions": Action(_get_actions, _LIST),
    "checkAccess": Action(_check_access, frozenset({"action", "values"})),
}
_TABLES: Final[Mapping[str, Action]] = {
    "get": Action(_get, _LIST | {"join", "groupBy", "having"}),
    "create": Action(_writing(saving.create), frozenset({"values", "reload"}), writes=True),
    "save": Action(
        _writing(saving.save),
        frozenset({"records", "defaults", "match", "reload"}),
        writes=True,
    ),
    "update": Action(_writing(saving.update), _PAGE | {"values", "reload"}, writes=True),
    "delete": Action(_writing(saving.delete), _PAGE | {"useTrash"}, writes=True),
    "replace": Action(
        _writing(saving.replace),
        _PAGE | {"records", "defaults", "match", "reload"},
        writes=True,
    ),
}
_OWN: Final[dict[tuple[str, str], Action]] = {
    ("Contact", "getChecksum"): Action(_get_checksum, frozenset({"contactId", "ttl"})),
    ("Contact", "validateChecksum"): Action(
        _validate_checksum, frozenset({"contactId", "checksum"})
    ),
    ("Group", "refresh"): Action(_refresh, _PAGE, writes=True),
    ("Entity", "get"): Action(_get_entities, _LIST),
    ("System", "check"): Action(_check_system, _LIST | {"includeDisabled"}),
    ("Setting", "get"): Action(_get_settings, frozenset({"select", "domainId"})),
    ("Setting", "set"): Action(_set_settings, frozenset({"values", "domainId"}), writes=True),
    ("Setting", "revert"): Action(_revert_settings, frozenset({"select", "domainId"}), writes=True),
}


def register(entity: str, action: str, found: Action) -> None:
    """Carry out a further action, or a known one of this entity in another way."""
    _OWN[entity, action] = found


def call(requester: Requester, entity: str, action: str, parameters: Parameters) -> Record:
    """Carry out one call; what was written before an error stays written.

    Raises:
        ApiError: the call was refused or failed.
    """
    found = _action(entity, action)
    require(requester, entity, action)
    for name in parameters:
        if name not in found.parameters | _COMMON:
            raise ApiError(f"Unknown api parameter: set{name[:1].upper()}{name[1:]}")
    result = _carry_out(requester, found, entity, parameters)
    for name, chained in (parameters.get("chain") or {}).items():
        for row in result.rows:
            row[name] = _chained(requester, row, chained)
    return _answer(entity, action, result)


def _action(entity: str, action: str) -> Action:
    if entity not in ENTITIES and entity not in describing.TABLELESS:
        raise ApiError(
            f"API ({entity}, {action}) does not exist"
            " (or the extension it belongs to is not enabled)."
        )
    found = _OWN.get((entity, action)) or _META.get(action)
    if found is None and entity in ENTITIES:
        found = _TABLES.get(action)
    if found is None:
        raise ApiError(f"Api {entity} {action} version 4 does not exist.")
    return found


def _carry_out(requester: Requester, found: Action, entity: str, parameters: Parameters) -> Found:
    if not found.writes:
        return found.act(Sight.of(database.connection(), requester), entity, parameters)
    with database.transaction() as db:
        try:
            return found.act(Sight.of(db, requester), entity, parameters)
        except ApiError as error:
            failed = error
    raise failed


def _chained(requester: Requester, row: Record, told: list[Any]) -> Any:
    entity, action, parameters = told[0], told[1], told[2] if len(told) > 2 else {}  # noqa: PLR2004 - entity, action, parameters, index
    answer = call(requester, entity, action, _substituted(parameters, row))
    return indexed(answer["values"], told[3] if len(told) > 3 else None)  # noqa: PLR2004 - as above


def _substituted(told: Any, row: Record) -> Any:
    if isinstance(told, dict):
        return {name: _substituted(value, row) for name, value in told.items()}
    if isinstance(told, list):
        return [_substituted(each, row) for each in told]
    if isinstance(told, str) and told.startswith("$"):
        return row.get(told[1:], told)
    return told


def indexed(rows: list[Record], index: Any) -> Any:
    """Rows by the values of a field, or the one at a position, or as they are for None."""
    if index is None or index == "":
        return rows
    if str(index).lstrip("-").isdigit():
        return rows[int(index)]
    return {str(row[index]): row for row in rows}


def _answer(entity: str, action: str, found: Found) -> Record:
    told: Record = {
        "values": found.rows,
        "entity": entity,
        "action": action,
        "debug": None,
        "version": 4,
        "count": found.count,
        "countFetched": len(found.rows),
    }
    return told if found.matched is None else told | {"countMatched": found.matched}
