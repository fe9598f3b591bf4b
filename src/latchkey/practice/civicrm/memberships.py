"""Group memberships and their history."""

from typing import Any

from latchkey.practice.civicrm import rows
from latchkey.practice.civicrm.drafts import Draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import now, shown

_TOLD = ("id", "group_id", "contact_id", "status")


def write(sight: Sight, draft: Draft) -> dict[str, Any]:
    """Add to a group or change a status; adding again is written to the history again."""
    if draft.row_id is None:
        draft.require("create", "group_id", "contact_id")
        draft.fill(status="Added")
        row_id = rows.insert(sight.db, draft.entity, draft.columns)
    else:
        row_id = draft.row_id
        rows.change(sight.db, draft.entity, row_id, draft.columns)
    kept = rows.row(sight.db, draft.entity, row_id)
    record(sight, kept, kept["status"])
    told = {name: shown(draft.entity.by_name[name], kept[name]) for name in _TOLD}
    return told | dict.fromkeys([*draft.unknown, "custom", "check_permissions"])


def record(sight: Sight, membership: dict[str, Any], status: str) -> None:
    """Write one line of SubscriptionHistory: Added, Removed or Deleted."""
    rows.insert(
        sight.db,
        ENTITIES["SubscriptionHistory"],
        {
            "contact_id": membership["contact_id"],
            "group_id": membership["group_id"],
            "date": now(),
            "method": "API",
            "status": status,
        },
    )
