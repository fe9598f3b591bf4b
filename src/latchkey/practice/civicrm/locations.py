"""E-mails, phones and addresses: one of each is primary, and the contact's date moves."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from latchkey.practice.civicrm import rows
from latchkey.practice.civicrm.drafts import Draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.schema import Entity
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import now

HOME: Final = 1
KINDS: Final = frozenset({"Email", "Phone", "Address"})
_TELLING: Final = {"Email": "email", "Phone": "phone"}


def write(sight: Sight, draft: Draft) -> dict[str, Any]:
    """Create or change one (recording email-create-bad-email)."""
    db, entity = sight.db, draft.entity
    if draft.is_new:
        draft.require("create", "contact_id")
        draft.fill(location_type_id=HOME)
        if entity.name == "Email":
            draft.fill(on_hold=0)
        if _primary(db, entity, draft.columns["contact_id"]) is None:
            draft.columns["is_primary"] = 1
        draft.fill(is_primary=0)
    _date_hold(draft)
    row_id = _store(db, draft)
    kept = rows.row(db, entity, row_id)
    if draft.columns.get("is_primary"):
        _only_primary(db, entity, kept["contact_id"], row_id)
    touch(db, kept["contact_id"])
    told = draft.answer(row_id)
    told.pop("hold_date", None)
    return told


def _date_hold(draft: Draft) -> None:
    if draft.entity.name == "Email" and draft.columns.get("on_hold"):
        draft.fill(hold_date=now())


def _store(db: sqlite3.Connection, draft: Draft) -> int:
    if draft.row_id is None:
        return rows.insert(db, draft.entity, draft.columns)
    rows.change(db, draft.entity, draft.row_id, draft.columns)
    return draft.row_id


def set_primary(
    db: sqlite3.Connection, name: str, contact_id: int, columns: Mapping[str, Any]
) -> None:
    """Write the primary e-mail, phone or address of a contact; an emptied one is removed."""
    entity = ENTITIES[name]
    existing = _primary(db, entity, contact_id)
    telling = _TELLING.get(name)
    emptied = telling in columns and not columns[str(telling)]
    if emptied and existing is not None:
        rows.remove(db, entity, existing)
        promote(db, name, contact_id)
    elif existing is not None:
        rows.change(db, entity, existing, columns)
    elif not emptied:
        made = {"contact_id": contact_id, "location_type_id": HOME, "is_primary": 1, **columns}
        if columns.get("on_hold"):
            made["hold_date"] = now()
        rows.insert(db, entity, made)
    touch(db, contact_id)


def promote(db: sqlite3.Connection, name: str, contact_id: int) -> None:
    """Where no primary one is left, the oldest becomes it."""
    entity = ENTITIES[name]
    if _primary(db, entity, contact_id) is None:
        db.execute(
            f"UPDATE {entity.table} SET is_primary = 1"  # noqa: S608 - name of our schema
            f" WHERE id = (SELECT MIN(id) FROM {entity.table} WHERE contact_id = ?)",
            (contact_id,),
        )


def touch(db: sqlite3.Connection, contact_id: int) -> None:
    """Move the contact's date: so do its e-mails, phones and addresses, not groups or tags."""
    db.execute("UPDATE civicrm_contact SET modified_date = ? WHERE id = ?", (now(), contact_id))


def _primary(db: sqlite3.Connection, entity: Entity, contact_id: int) -> int | None:
    found = db.execute(
        f"SELECT id FROM {entity.table} WHERE contact_id = ? AND is_primary = 1",  # noqa: S608 - name of our schema
        (contact_id,),
    ).fetchone()
    return None if found is None else int(found[0])


def _only_primary(db: sqlite3.Connection, entity: Entity, contact_id: int, row_id: int) -> None:
    db.execute(
        f"UPDATE {entity.table} SET is_primary = 0"  # noqa: S608 - name of our schema
        " WHERE contact_id = ? AND is_primary = 1 AND id <> ?",
        (contact_id, row_id),
    )
