"""What tests and the demo turn at this site."""

import sqlite3
from typing import Any, Final

from latchkey.practice.switchboard import Switchboard

OLD: Final = "5.77.beta1"
NEW: Final = "6.12.alpha1"
SWITCHES: Final[dict[str, Any]] = {"version": NEW, "partial_saves": 0}
BOARD: Final = Switchboard("standalone", SWITCHES)


def is_old(db: sqlite3.Connection) -> bool:
    """Whether it plays 5.77, with unique usernames and uf_id, and the old reset mail."""
    return bool(BOARD.of(db, "version") == OLD)
