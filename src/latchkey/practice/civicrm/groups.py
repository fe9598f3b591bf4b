"""Who is in a group: static members, smart ones (cached five minutes) and those of children."""

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Final

from latchkey.practice import database
from latchkey.practice.civicrm.crowds import Crowd, numbers
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.values import MOMENT, now

CACHE_AGE: Final = timedelta(minutes=5)

_DESCENDANTS: Final = """
WITH RECURSIVE nested (id) AS (
  SELECT value FROM json_each(?)
  UNION
  SELECT child.value FROM nested
  JOIN civicrm_group g ON g.id = nested.id
  JOIN json_each('[' || COALESCE(g.children, '') || ']') child
)
SELECT g.id, g.saved_search_id, g.cache_date FROM nested JOIN civicrm_group g ON g.id = nested.id
"""
_FILL: Final = """
INSERT OR IGNORE INTO civicrm_group_contact_cache (group_id, contact_id)
SELECT {group_id}, found.id FROM ({search}) found
WHERE found.id NOT IN (
  SELECT contact_id FROM civicrm_group_contact WHERE group_id = {group_id} AND status = 'Removed'
)
"""


def members(sight: Sight, group_ids: list[int]) -> list[Crowd]:
    """The contacts in any of the groups; stale smart groups are filled first."""
    rows = sight.db.execute(_DESCENDANTS, (json.dumps(group_ids),)).fetchall()
    smart = [row for row in rows if row[1] is not None]
    for group_id, _, cached in smart:
        if _is_stale(cached):
            refresh(sight, group_id)
    every = numbers([row[0] for row in rows])
    static = f"group_id IN {every} AND status = 'Added'"
    crowds = [Crowd("civicrm_group_contact", "contact_id", static)]
    if smart:
        searched = f"group_id IN {numbers([row[0] for row in smart])}"
        crowds.append(Crowd("civicrm_group_contact_cache", "contact_id", searched))
    return crowds


def refresh(sight: Sight, group_id: int) -> None:
    """Fill the cache of a smart group now; a static one has none."""
    search = sight.db.execute(
        "SELECT s.api_entity, s.api_params FROM civicrm_group g"
        " JOIN civicrm_saved_search s ON s.id = g.saved_search_id WHERE g.id = ?",
        (group_id,),
    ).fetchone()
    if search is None or search[0] != "Contact":
        return
    # The search names contacts by the query module, which asks this one about groups.
    from latchkey.practice.civicrm.query import contact_ids  # noqa: PLC0415 - a cycle, see above

    sql, parameters = contact_ids(sight.db, json.loads(search[1]))
    with database.transaction() as db:
        db.execute("DELETE FROM civicrm_group_contact_cache WHERE group_id = ?", (group_id,))
        db.execute(_FILL.format(group_id=int(group_id), search=sql), parameters)
        db.execute("UPDATE civicrm_group SET cache_date = ? WHERE id = ?", (now(), group_id))


def nest(db: sqlite3.Connection, child: int, parents: list[int]) -> None:
    """Put a group under others: both sides name each other (recording group-get-parents)."""
    for parent in parents:
        row = db.execute("SELECT children FROM civicrm_group WHERE id = ?", (parent,)).fetchone()
        children = [] if row is None or not row[0] else row[0].split(",")
        if str(child) not in children:
            db.execute(
                "UPDATE civicrm_group SET children = ? WHERE id = ?",
                (",".join([*children, str(child)]), parent),
            )


def _is_stale(cached: str | None) -> bool:
    if cached is None:
        return True
    filled = datetime.strptime(cached, MOMENT)  # noqa: DTZ007 - the CRM's columns know no zone
    return datetime.strptime(now(), MOMENT) - filled >= CACHE_AGE  # noqa: DTZ007 - as above
