"""The seam to the site: what CiviCRM does inside the WordPress that hosts it.

Nothing here commits: the caller's transaction does.
"""

import sqlite3

from latchkey.practice import database
from latchkey.practice.civicrm import contacts

DOMAIN = 1


class Deadlock(Exception):  # noqa: N818 - MySQL's word
    """The contact of a new user could not be made; the user row is left without role and link."""


def user_created(
    db: sqlite3.Connection, user_id: int, email: str, first_name: str, last_name: str
) -> None:
    """Link a user to a contact, by the e-mail address alone; one already linked stays so.

    Exactly one untrashed individual holds the address: linked. Two: the lowest id. The lowest is
    linked already, or nobody holds it: a new contact (recordings `match-*`).

    Raises:
        Deadlock: a contact has to be made and the `deadlocks` switch has a turn left.
    """
    if contact_of(db, user_id) is not None:
        return
    holder = _lowest_holder(db, email)
    if holder is None or _is_linked(db, holder):
        if database.take_turn(db, "deadlocks"):
            raise Deadlock
        holder = contacts.insert_individual(db, email, first_name, last_name)
    db.execute(
        "INSERT INTO civicrm_uf_match (domain_id, uf_id, uf_name, contact_id) VALUES (?, ?, ?, ?)",
        (DOMAIN, user_id, email, holder),
    )


def user_deleted(db: sqlite3.Connection, user_id: int) -> None:
    """Forget the link; the contact stays."""
    db.execute("DELETE FROM civicrm_uf_match WHERE uf_id = ?", (user_id,))


def user_edited(
    db: sqlite3.Connection, user_id: int, email: str, first_name: str, last_name: str
) -> None:
    """What a member changed in their account reaches the contact (profile and CMS sync)."""
    contact_id = contact_of(db, user_id)
    if contact_id is None:
        return
    contacts.rename(db, contact_id, first_name, last_name)
    contacts.set_primary_email(db, contact_id, email)
    db.execute("UPDATE civicrm_uf_match SET uf_name = ? WHERE uf_id = ?", (email, user_id))


def names_of(db: sqlite3.Connection, user_id: int) -> tuple[str, str] | None:
    """First and last name of a user's contact, as a profile shows them; None without one."""
    row = db.execute(
        "SELECT first_name, last_name FROM civicrm_contact WHERE id = ?",
        (contact_of(db, user_id),),
    ).fetchone()
    return None if row is None else (str(row[0] or ""), str(row[1] or ""))


def phone_of(db: sqlite3.Connection, user_id: int) -> str:
    """The primary phone number of a user's contact, as a profile shows it."""
    row = db.execute(
        "SELECT phone FROM civicrm_phone WHERE contact_id = ? AND is_primary = 1",
        (contact_of(db, user_id),),
    ).fetchone()
    return "" if row is None else str(row[0] or "")


def phone_edited(db: sqlite3.Connection, user_id: int, phone: str) -> None:
    """What a member wrote into the profile reaches the contact."""
    contact_id = contact_of(db, user_id)
    if contact_id is not None and phone != phone_of(db, user_id):
        contacts.set_primary_phone(db, contact_id, phone)


def contact_of(db: sqlite3.Connection, user_id: int) -> int | None:
    """The contact that a user is linked to."""
    row = db.execute(
        "SELECT contact_id FROM civicrm_uf_match WHERE uf_id = ? AND domain_id = ?",
        (user_id, DOMAIN),
    ).fetchone()
    return None if row is None else int(row[0])


def user_of(db: sqlite3.Connection, contact_id: int) -> int | None:
    """The user that a contact is linked to."""
    row = db.execute(
        "SELECT uf_id FROM civicrm_uf_match WHERE contact_id = ? AND domain_id = ?",
        (contact_id, DOMAIN),
    ).fetchone()
    return None if row is None else int(row[0])


def permissions_of(db: sqlite3.Connection, user_id: int) -> frozenset[str]:
    """The CiviCRM permissions of a user; none where nothing was granted."""
    rows = db.execute("SELECT permission FROM practice_permission WHERE user_id = ?", (user_id,))
    return frozenset(str(row[0]) for row in rows)


def grant(db: sqlite3.Connection, user_id: int, permissions: frozenset[str]) -> None:
    """Give a user exactly these CiviCRM permissions."""
    db.execute("DELETE FROM practice_permission WHERE user_id = ?", (user_id,))
    db.executemany(
        "INSERT INTO practice_permission (user_id, permission) VALUES (?, ?)",
        [(user_id, permission) for permission in sorted(permissions)],
    )


def _lowest_holder(db: sqlite3.Connection, email: str) -> int | None:
    row = db.execute(
        "SELECT MIN(c.id) FROM civicrm_contact c JOIN civicrm_email e ON e.contact_id = c.id"
        " WHERE e.email = ? AND c.is_deleted = 0 AND c.contact_type = 'Individual'",
        (email,),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def _is_linked(db: sqlite3.Connection, contact_id: int) -> bool:
    return user_of(db, contact_id) is not None
