"""Users written as CiviCRM Standalone does: nothing is checked, and in two steps.

A user is stored first and given its roles and its own id as `uf_id` afterwards. A bulk save stores
all of them before the second step: at an error in the middle the earlier ones are left half-made.
"""

from collections.abc import Mapping
from typing import Any, Final

from latchkey.practice.civicrm import actions, rows, saving
from latchkey.practice.civicrm.actions import Action, Found
from latchkey.practice.civicrm.drafts import Draft, draft
from latchkey.practice.civicrm.errors import ALREADY_EXISTS, CONSTRAINT_VIOLATION, ApiError
from latchkey.practice.civicrm.query import Query
from latchkey.practice.civicrm.schema import SEPARATOR
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import compact, now, shown
from latchkey.practice.standalone import mails, switches

Record = dict[str, Any]
Parameters = Mapping[str, Any]

NEW_MAILS: Final = ("sendPasswordResetEmail", "requestPasswordResetEmail")
_LONGEST: Final = 60
_ECHO: Final = ("id", "=")


def write(sight: Sight, made: Draft) -> Record:
    """Make or change one user, both steps."""
    return _finish(sight, made, _store(sight, made))


def register_actions() -> None:
    """The actions that users have in a way of their own."""
    page = frozenset({"where", "orderBy", "limit", "offset", "values", "reload"})
    records = frozenset({"records", "defaults", "match", "reload"})
    actions.register("User", "save", Action(_save, records, writes=True))
    actions.register("User", "update", Action(_update, page, writes=True))
    identifier = frozenset({"identifier"})
    actions.register("User", "sendPasswordReset", Action(_reset_old, identifier, writes=True))
    actions.register("User", NEW_MAILS[1], Action(_request, identifier, writes=True))
    found = frozenset({"where", "timeout"})
    actions.register("User", NEW_MAILS[0], Action(_reset, found, writes=True))


def _save(sight: Sight, entity: str, parameters: Parameters) -> Found:
    known, match = sight.entity(entity), parameters.get("match") or []
    told: list[tuple[Draft, int]] = []
    records = parameters.get("records") or []
    breaks = len(records) > 1 and switches.BOARD.take_turn(sight.db, "partial_saves")
    found = 0
    for number, record in enumerate(records):
        if breaks and number == len(records) // 2:
            raise ApiError("DB Error: unknown error")
        given = {**(parameters.get("defaults") or {}), **record}
        made = draft(sight, known, saving.matched(sight, known, given, match))
        found += not made.is_new and bool(match)
        told.append((made, _store(sight, made)))
    answers = [_finish(sight, made, row_id) for made, row_id in told]
    if parameters.get("reload"):
        answers = _reloaded(sight, [row["id"] for row in answers], parameters["reload"])
    return Found(answers, len(answers), None if switches.is_old(sight.db) else found)


def _reloaded(sight: Sight, ids: list[int], select: Any) -> list[Record]:
    asked = {"select": select, "where": [["id", "IN", ids]]}
    by_id = {row["id"]: row for row in Query(sight, "User", asked).rows()}
    return [by_id[each] for each in ids]


def _update(sight: Sight, entity: str, parameters: Parameters) -> Found:
    """An id that nobody has is answered like one that somebody has (user_update_no_match_id)."""
    known, where = sight.entity(entity), parameters.get("where") or []
    by_id = len(where) == 1 and tuple(where[0][:2]) == _ECHO
    if by_id and not rows.row(sight.db, known, int(where[0][2])):
        given = {**(parameters.get("values") or {}), "id": where[0][2]}
        return Found.all([write(sight, draft(sight, known, given))])
    return Found.all(saving.update(sight, known, parameters))


def _store(sight: Sight, made: Draft) -> int:
    if "password" in made.unknown:
        raise ApiError("Unauthorized", 403)
    if made.columns.get("hashed_password"):
        raise ApiError("Not allowed to change hashed_password", 403)
    columns = {name: value for name, value in made.columns.items() if name != "roles"}
    columns["when_updated"] = now()
    name = columns.get("username")
    if name is not None and len(name) > _LONGEST:
        columns["username"] = f"{name[: _LONGEST - 3]}..."
    made.columns |= columns
    if not made.is_new:
        rows.change(sight.db, made.entity, int(made.row_id or 0), columns)
        return int(made.row_id or 0)
    made.fill(domain_id=1, when_created=columns["when_updated"])
    _fill_address(sight, made)
    if not name:
        raise ApiError("DB Error: unknown error")
    if switches.is_old(sight.db):
        _check_unique(sight, made)
    stored = {key: value for key, value in made.columns.items() if key != "roles"}
    return rows.insert(sight.db, made.entity, stored)


def _fill_address(sight: Sight, made: Draft) -> None:
    contact_id = made.columns.get("contact_id")
    if contact_id is None or made.columns.get("uf_name"):
        return
    row = sight.db.execute(
        "SELECT email FROM civicrm_email WHERE contact_id = ? AND is_primary = 1", (contact_id,)
    ).fetchone()
    made.columns["uf_name"] = row[0] if row else None


def _check_unique(sight: Sight, made: Draft) -> None:
    """The indexes of 5.77, which newer installations lack."""
    taken = sight.db.execute(
        "SELECT 1 FROM standalone_user WHERE username = ? OR uf_id = ?",
        (made.columns["username"], made.columns.get("uf_id") or 0),
    ).fetchone()
    if taken is not None:
        raise ApiError(ALREADY_EXISTS)


def _finish(sight: Sight, made: Draft, row_id: int) -> Record:
    if "roles" in made.columns:
        _give_roles(sight, row_id, str(made.columns["roles"] or ""))
    sight.db.execute("UPDATE standalone_user SET uf_id = id WHERE id = ?", (row_id,))
    told: Record = {"id": row_id, **_shown(made), "uf_id": row_id}
    if "roles" in made.columns:
        told["roles"] = None
    nulls = [*made.unknown, "custom", "check_permissions"]
    return told | dict.fromkeys(nulls)


def _shown(made: Draft) -> Record:
    told = {name: shown(made.entity.by_name[name], value) for name, value in made.columns.items()}
    moments = {
        name: compact(told[name]) for name in ("when_created", "when_updated") if name in told
    }
    return told | moments


def _give_roles(sight: Sight, row_id: int, packed: str) -> None:
    """An id that no role has breaks off here, and leaves the user half-made."""
    ids = [int(each) for each in packed.strip(SEPARATOR).split(SEPARATOR) if each]
    db = sight.db
    db.execute("DELETE FROM standalone_user_role WHERE user_id = ?", (row_id,))
    for role_id in ids:
        if db.execute("SELECT 1 FROM standalone_role WHERE id = ?", (role_id,)).fetchone() is None:
            raise ApiError(CONSTRAINT_VIOLATION)
        if db.execute("SELECT 1 FROM standalone_user WHERE id = ?", (row_id,)).fetchone():
            db.execute(
                "INSERT INTO standalone_user_role (user_id, role_id) VALUES (?, ?)",
                (row_id, role_id),
            )
    kept = f"{SEPARATOR}{SEPARATOR.join(map(str, ids))}{SEPARATOR}" if ids else None
    db.execute("UPDATE standalone_user SET roles = ? WHERE id = ?", (kept, row_id))


def _reset_old(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    """To 5.80: the same answer whoever is asked for."""
    if not switches.is_old(sight.db):
        raise _no_action("sendPasswordReset")
    mails.send_to_named(sight, str(parameters.get("identifier") or ""))
    return Found.all([])


def _request(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    if switches.is_old(sight.db):
        raise _no_action("requestPasswordResetEmail")
    mails.send_to_named(sight, str(parameters.get("identifier") or ""))
    return Found.all([])


def _reset(sight: Sight, _entity: str, parameters: Parameters) -> Found:
    """Since 5.81."""
    if switches.is_old(sight.db):
        raise _no_action("sendPasswordResetEmail")
    asked = {"select": ["id"], "where": parameters.get("where") or []}
    ids = [row["id"] for row in Query(sight, "User", asked).rows()]
    for row_id in ids:
        mails.send(sight, row_id)
    return Found.all([{"is_error": False} for _ in ids])


def _no_action(name: str) -> ApiError:
    return ApiError(f"Api User {name} version 4 does not exist.")
