"""Contact.getChecksum and Contact.validateChecksum: `<md5>_<seconds>_<hours>`."""

import hashlib
import hmac
import re
import sqlite3
import time
from typing import Final

HOURS: Final = 168
_WRITTEN: Final = re.compile(r"^([0-9a-f]{32})_(\d+)_(inf|\d+)$")


def make(db: sqlite3.Connection, contact_id: int, hours: int = HOURS) -> str:
    """A checksum that holds for some hours; 0 means without end."""
    seconds = int(time.time())
    life = "inf" if hours == 0 else str(hours)
    return f"{_digest(_hash(db, contact_id), contact_id, seconds, life)}_{seconds}_{life}"


def holds(db: sqlite3.Connection, contact_id: int, checksum: str) -> bool:
    """Whether a checksum was made for this contact and its time is not over."""
    written = _WRITTEN.match(checksum)
    secret = _hash(db, contact_id)
    if written is None or not secret:
        return False
    digest, seconds, life = written.groups()
    expected = _digest(secret, contact_id, int(seconds), life)
    if not hmac.compare_digest(digest, expected):
        return False
    return life == "inf" or time.time() <= int(seconds) + int(life) * 3600


def _hash(db: sqlite3.Connection, contact_id: int) -> str:
    row = db.execute("SELECT hash FROM civicrm_contact WHERE id = ?", (contact_id,)).fetchone()
    return "" if row is None else str(row[0])


def _digest(secret: str, contact_id: int, seconds: int, life: str) -> str:
    told = f"{secret}_{contact_id}_{seconds}_{life}".encode()
    return hashlib.md5(told).hexdigest()  # noqa: S324 - the form of CiviCRM's checksums
