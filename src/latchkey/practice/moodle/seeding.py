"""Filling an empty home: the administrator, the service user, cohorts, and thirty accounts.

Ten of the thirty have addresses of practice contacts, so that a rule links some and leaves others
as they are.
"""

import sqlite3
from itertools import islice
from typing import Final

from latchkey.practice.moodle import TOKEN, rows
from latchkey.practice.people import people

PASSWORD: Final = "practice"  # noqa: S105 - made up, and printed by the demo
COHORTS: Final = (("Members", "members"), ("Volunteers", "volunteers"), ("Board & friends", ""))
CUSTOM_FIELD: Final = ("civi_contact_id", "Civi contact id")
ACCOUNTS: Final = 30
OF_CONTACTS: Final = 10
_FIRST_ACCOUNT: Final = 11


def seed(db: sqlite3.Connection, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    if db.execute("SELECT 1 FROM mdl_user").fetchone():
        return
    _staff(db)
    db.executemany("INSERT INTO mdl_cohort (name, idnumber) VALUES (?, ?)", COHORTS)
    db.execute("INSERT INTO mdl_user_info_field (shortname, name) VALUES (?, ?)", CUSTOM_FIELD)
    addresses = [one.email for one in islice(people(contacts, seed), 2 * OF_CONTACTS) if one.email]
    known = list(dict.fromkeys(addresses))[:OF_CONTACTS]
    strangers = [f"learner.{number}@example.net" for number in range(len(known), ACCOUNTS)]
    for number, email in enumerate([*known, *strangers]):
        _learner(db, number, email)


def _staff(db: sqlite3.Connection) -> None:
    """Moodle's installer makes the guest and the administrator first."""
    staff = (("guest", "root@localhost"), ("admin", "admin@example.org"))
    for username, email in (*staff, ("latchkey", "latchkey@example.org")):
        names = {"firstname": username.title(), "lastname": "Practice"}
        user = {"username": username, "email": email, "password": PASSWORD, **names}
        id_ = rows.insert(db, user)
    db.execute("INSERT INTO mdl_external_tokens VALUES (?, ?)", (TOKEN, id_))


def _learner(db: sqlite3.Connection, number: int, email: str) -> None:
    user = {
        "id": _FIRST_ACCOUNT + number,
        "username": f"learner{number}",
        "email": email,
        "password": PASSWORD,
        "firstname": "Learner",
        "lastname": str(number),
    }
    id_ = rows.insert(db, user)
    if number % 2 == 0:
        db.execute("INSERT INTO mdl_cohort_members VALUES (1, ?)", (id_,))
