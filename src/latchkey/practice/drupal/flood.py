"""Drupal's guard against guessing: five failures for a person and address, fifty for an address.

While it holds, the right password looks wrong too, and nothing more is counted
(recording entry_point_service_account_flood_blocked_right_password).
"""

import sqlite3
import time

PER_USER = 5
USER_WINDOW = 6 * 3600
PER_ADDRESS = 50
ADDRESS_WINDOW = 3600


def is_blocked(db: sqlite3.Connection, way: str, uid: int | None, address: str) -> bool:
    """Whether this person at this address has to wait before logging in by this way."""
    return uid is not None and not _allowed(
        db, f"{way}.user", f"{uid}-{address}", PER_USER, USER_WINDOW
    )


def is_address_blocked(db: sqlite3.Connection, way: str, address: str) -> bool:
    """Whether everybody at this address has to wait."""
    return not _allowed(db, f"{way}.address", address, PER_ADDRESS, ADDRESS_WINDOW)


def failed(db: sqlite3.Connection, way: str, uid: int | None, address: str) -> None:
    """Count a failure."""
    _register(db, f"{way}.address", address)
    if uid is not None:
        _register(db, f"{way}.user", f"{uid}-{address}")


def succeeded(db: sqlite3.Connection, way: str, uid: int, address: str) -> None:
    """Forget the failures of this person at this address."""
    db.execute(
        "DELETE FROM drupal_flood WHERE event = ? AND identifier = ?",
        (f"{way}.user", f"{uid}-{address}"),
    )


def _allowed(
    db: sqlite3.Connection, event: str, identifier: str, limit: int, window: float
) -> bool:
    counted = db.execute(
        "SELECT count(*) FROM drupal_flood WHERE event = ? AND identifier = ? AND at > ?",
        (event, identifier, time.time() - window),
    ).fetchone()[0]
    return bool(counted < limit)


def _register(db: sqlite3.Connection, event: str, identifier: str) -> None:
    db.execute(
        "INSERT INTO drupal_flood (event, identifier, at) VALUES (?, ?, ?)",
        (event, identifier, time.time()),
    )
