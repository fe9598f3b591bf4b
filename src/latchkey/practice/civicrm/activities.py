"""Activities and the contacts that take part in them."""

import sqlite3
from typing import Any, Final

from latchkey.practice.civicrm import rows
from latchkey.practice.civicrm.drafts import Draft
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.tables import RECORD_TYPES
from latchkey.practice.civicrm.values import compact, now

COMPLETED: Final = 2
NORMAL: Final = 2
_MOMENTS: Final = ("created_date", "modified_date")


def write(sight: Sight, draft: Draft) -> dict[str, Any]:
    """Create or change an activity, then its participants.

    Nothing is undone when a participant cannot be written: the activity stays without its target
    (recording activity-get-after-partial-error).
    """
    if draft.row_id is not None:
        rows.change(sight.db, draft.entity, draft.row_id, {**draft.columns, "modified_date": now()})
        _write_participants(sight.db, draft.row_id, draft.beside)
        return draft.answer(draft.row_id)
    draft.require("create", "activity_type_id", "source_contact_id")
    moment = now()
    draft.fill(activity_date_time=moment, status_id=COMPLETED, priority_id=NORMAL)
    row_id = rows.insert(
        sight.db, draft.entity, {**draft.columns, **dict.fromkeys(_MOMENTS, moment)}
    )
    _write_participants(sight.db, row_id, draft.beside)
    told = draft.answer(row_id) | dict.fromkeys((*_MOMENTS, "target_contact_id"))
    told["activity_date_time"] = compact(draft.columns["activity_date_time"])
    return told


def _write_participants(db: sqlite3.Connection, row_id: int, beside: dict[str, Any]) -> None:
    for name in ("source_contact_id", "assignee_contact_id", "target_contact_id"):
        if name in beside:
            _write_kind(db, row_id, RECORD_TYPES[name], beside[name])


def _write_kind(db: sqlite3.Connection, row_id: int, record_type: int, told: Any) -> None:
    contact_ids = told if isinstance(told, list) else [told]
    db.execute(
        "DELETE FROM civicrm_activity_contact WHERE activity_id = ? AND record_type_id = ?",
        (row_id, record_type),
    )
    with rows.constraints():
        db.executemany(
            "INSERT OR IGNORE INTO civicrm_activity_contact"
            " (activity_id, contact_id, record_type_id) VALUES (?, ?, ?)",
            [(row_id, each, record_type) for each in contact_ids if each is not None],
        )
