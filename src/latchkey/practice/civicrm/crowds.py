"""Sets of contacts that lie in other tables, asked about in the way that is quick for their size.

A page of a group of hundreds of thousands must not list the group; a trigger of five must not
make the database look at every contact.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LARGE: Final = 2000


@dataclass(frozen=True, slots=True)
class Crowd:
    """The contacts that `owner` names in the rows of a table that meet `condition`."""

    table: str
    owner: str
    condition: str

    def listed(self) -> str:
        """Their ids, as a subquery."""
        return f"SELECT {self.owner} FROM {self.table} WHERE {self.condition}"  # noqa: S608 - names of our schema

    def holds(self, contact: str) -> str:
        """Whether one contact is among them, as a condition."""
        return (
            f"EXISTS (SELECT 1 FROM {self.table}"  # noqa: S608 - names of our schema
            f" WHERE {self.owner} = {contact} AND {self.condition})"
        )

    def is_large(self, db: sqlite3.Connection) -> bool:
        """Whether listing them costs more than asking about each contact of a page."""
        sql = f"{self.listed()} LIMIT 1 OFFSET ?"
        return db.execute(sql, (LARGE,)).fetchone() is not None


def numbers(ids: Sequence[int]) -> str:
    """A list of ids for IN."""
    return f"({', '.join(str(int(each)) for each in ids)})"


def among(
    db: sqlite3.Connection, contact: str, crowds: Sequence[Crowd]
) -> tuple[str, list[object]]:
    """Whether a contact is in any of the crowds, as a condition with its parameters."""
    if any(each.is_large(db) for each in crowds):
        return f"({' OR '.join(each.holds(contact) for each in crowds)})", []
    ids = [row[0] for each in crowds for row in db.execute(each.listed())]
    condition = f"{contact} IN (SELECT value FROM json_each(?))"  # noqa: S608 - as above
    return condition, [json.dumps(ids)]
