"""The mails, as rows."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

_SELECT = "SELECT id, received, recipient, subject, text, html FROM mailbox_messages"


@dataclass(frozen=True, slots=True)
class Message:
    """One mail; `received` is ISO 8601 in UTC, `html` None where it has only text."""

    id: int
    received: str
    to: str
    subject: str
    text: str
    html: str | None


def deliver(
    db: sqlite3.Connection, to: str, subject: str, text: str, html: str | None = None
) -> int:
    """Put a mail in and give its id; the caller's transaction commits it."""
    received = datetime.now(UTC).isoformat(timespec="seconds")
    cursor = db.execute(
        "INSERT INTO mailbox_messages (received, recipient, subject, text, html)"
        " VALUES (?, ?, ?, ?, ?)",
        (received, to, subject, text, html),
    )
    return int(cursor.lastrowid or 0)


def after(db: sqlite3.Connection, message_id: int = 0, to: str | None = None) -> list[Message]:
    """The mails after this one, oldest first; `to` None means everybody's."""
    if to is None:
        rows = db.execute(f"{_SELECT} WHERE id > ? ORDER BY id", (message_id,))
    else:
        statement = f"{_SELECT} WHERE recipient = ? AND id > ? ORDER BY id"
        rows = db.execute(statement, (to, message_id))
    return [Message(*row) for row in rows]


def newest(db: sqlite3.Connection, most: int) -> list[Message]:
    """The last mails, newest first."""
    rows = db.execute(f"{_SELECT} ORDER BY id DESC LIMIT ?", (most,))
    return [Message(*row) for row in rows]


def one(db: sqlite3.Connection, message_id: int) -> Message | None:
    """The mail with this id."""
    row = db.execute(f"{_SELECT} WHERE id = ?", (message_id,)).fetchone()
    return None if row is None else Message(*row)


def count(db: sqlite3.Connection) -> int:
    """How many mails there are."""
    return int(db.execute("SELECT count(*) FROM mailbox_messages").fetchone()[0])
