"""The installation that the recordings were made on, as far as they speak of it.

Contacts, groups and links have the ids they had there, so that answers can be compared whole.
"""

import sqlite3
from typing import Any

from latchkey.practice.civicrm import contacts, hosting, installing, rows
from latchkey.practice.civicrm.drafts import draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.permissions import (
    ACCESS,
    ALL,
    BY_API_KEY,
    VIEW_ALL,
    Requester,
)
from latchkey.practice.civicrm.saving import create
from latchkey.practice.civicrm.sight import Sight

ADMIN_KEY = "lab-key-admin"
LIMITED_KEY = "lab-key-limited"
NO_PERMISSION_KEY = "lab-key-nokeyperm"
NO_USER_KEY = "lab-key-nobody"
ADMIN = Requester(203, 1, ALL)

ANA, DEE, OPT, DONT, HELD, TRASHED, NO_EMAIL = 208, 213, 214, 215, 216, 217, 218
LAB_MEMBERS, LAB_X, LAB_SMART, LAB_PARENT, LAB_CHILD = 6, 8, 9, 13, 14
LAB_TAG = 6

_STAFF = (
    (203, 1, "admin", ALL, ADMIN_KEY),
    (204, 2, "civibot", ALL, "lab-key-civibot"),
    (205, 3, "limited", frozenset({ACCESS, VIEW_ALL, BY_API_KEY}), LIMITED_KEY),
    (206, 4, "nokeyperm", frozenset({ACCESS, VIEW_ALL}), NO_PERMISSION_KEY),
)
_PEOPLE: tuple[tuple[int, str, str, dict[str, Any]], ...] = (
    (3, "Teddy", "Patel", {"suffix_id": 1}),
    (4, "Megan", "Jensen", {"prefix_id": 2, "gender_id": 1}),
    (5, "Princess", "Jones", {"prefix_id": 2, "gender_id": 1}),
    (DEE, "Dee", "Ceased", {"is_deceased": 1}),
    (OPT, "Opt", "Out", {"is_opt_out": 1}),
    (DONT, "Dont", "Mail", {"do_not_email": 1}),
    (HELD, "Held", "Email", {}),
    (TRASHED, "Trash", "Ed", {"is_deleted": 1}),
    (NO_EMAIL, "No", "Email", {}),
)
_EMAILS = (
    (100, 2, "barkley.junko68@lol.org", 0),
    (201, 203, "admin@example.org", 0),
    (202, 204, "civibot@example.org", 0),
    (203, ANA, "ana.lima@example.org", 0),
    (205, DEE, "dee@example.org", 0),
    (206, OPT, "opt@example.org", 0),
    (207, DONT, "dont@example.org", 0),
    (208, HELD, "held@example.org", 1),
    (209, TRASHED, "trash@example.org", 0),
)
_GROUPS = (
    (1, "Administrators", {"group_type": "\x011\x01"}),
    (2, "Newsletter Subscribers", {}),
    (LAB_MEMBERS, "lab_members", {"title": "Lab Members"}),
    (LAB_X, "x", {}),
)


def build(db: sqlite3.Connection) -> None:
    """Fill an empty database with the lab."""
    installing.install(db)
    _people(db)
    _staff(db)
    for row_id, contact_id, email, on_hold in _EMAILS:
        _email(db, row_id, contact_id, email, on_hold)
    for group_id, name, more in _GROUPS:
        rows.insert(db, ENTITIES["Group"], {"id": group_id, **group_columns(name), **more})
    tag = {"id": LAB_TAG, "name": "lab_tag", "label": "Lab tag", "used_for": "civicrm_contact"}
    rows.insert(db, ENTITIES["Tag"], tag)
    make(db, "OptionValue", name="Any", label="Any", value=56, weight=56, **_ACTIVITY_TYPE)
    make(db, "OptionValue", name="lab_account", label="Lab account", **_ACTIVITY_TYPE)


_ACTIVITY_TYPE = {"option_group_id:name": "activity_type"}


def make(db: sqlite3.Connection, entity: str, **values: Any) -> int:
    """One more record, made by the administrator."""
    told = create(Sight.of(db, ADMIN), ENTITIES[entity], {"values": values})
    return int(told[0]["id"])


def person(
    db: sqlite3.Connection, contact_id: int, first_name: str, last_name: str, **more: Any
) -> None:
    """A contact with this id."""
    columns = contacts.fresh(
        {"contact_type": "Individual", "first_name": first_name, "last_name": last_name, **more}
    )
    named = contacts.names(db, columns, None)
    rows.insert(db, ENTITIES["Contact"], {"id": contact_id, **columns, **named})


def email_of(db: sqlite3.Connection, contact_id: int, email: str) -> None:
    """A primary address."""
    _email(db, None, contact_id, email, 0)


def group_columns(name: str) -> dict[str, Any]:
    """A group whose titles are its name."""
    return {"name": name, "title": name, "frontend_title": name}


def written(db: sqlite3.Connection, entity: str, given: dict[str, Any]) -> int:
    """A row exactly as given, values as API values."""
    return rows.insert(
        db, ENTITIES[entity], draft(Sight.of(db, ADMIN), ENTITIES[entity], given).columns
    )


def _people(db: sqlite3.Connection) -> None:
    for contact_id, first_name, last_name, more in _PEOPLE:
        person(db, contact_id, first_name, last_name, **more)
    nameless = {"contact_type": "Individual", "display_name": "jbarkley@fishmail.biz"}
    rows.insert(db, ENTITIES["Contact"], {"id": 2, **nameless})
    ana = {"external_identifier": "EXT-1", "job_title": "Ranger", "preferred_language": "pt_BR"}
    person(db, ANA, "Ana", "Lima", **ana)
    db.execute("UPDATE civicrm_contact SET preferred_language = NULL WHERE id IN (4, 5)")
    fax = "\x015\x01"
    db.execute("UPDATE civicrm_contact SET preferred_communication_method = ? WHERE id = 4", (fax,))


def _staff(db: sqlite3.Connection) -> None:
    for contact_id, user_id, name, permissions, key in _STAFF:
        person(db, contact_id, name.title(), "Bot", api_key=key)
        link = {"id": user_id, "uf_id": user_id, "uf_name": f"{name}@example.org"}
        rows.insert(db, ENTITIES["UFMatch"], {**link, "domain_id": 1, "contact_id": contact_id})
        hosting.grant(db, user_id, permissions)
    db.execute("UPDATE civicrm_contact SET display_name = 'admin@example.org' WHERE id = 203")
    person(db, 207, "Nobody", "Bot", api_key=NO_USER_KEY)


def _email(
    db: sqlite3.Connection, row_id: int | None, contact_id: int, email: str, on_hold: int
) -> None:
    columns = {"contact_id": contact_id, "email": email, "is_primary": 1, "on_hold": on_hold}
    hold_date = "2026-11-21 22:07:54" if on_hold else None
    rows.insert(db, ENTITIES["Email"], {"id": row_id, **columns, "hold_date": hold_date})
