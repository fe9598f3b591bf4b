"""Filling an empty home: the CRM's contacts, then the users of Standalone.

The administrator, the service user and thirty accounts; ten of them belong to practice contacts,
so that a rule finds some done.
"""

import sqlite3
from itertools import islice
from typing import Final

from latchkey.practice import seeding as crm
from latchkey.practice.civicrm.permissions import ACCESS, BY_API_KEY, DEBUG, VIEW_ALL
from latchkey.practice.standalone import API_KEY
from latchkey.practice.standalone.entities import ADMINISTER_USERS, EVERYTHING, packed

ADMIN: Final = "admin"
SERVICE: Final = "latchkey"
SERVICE_ROLE: Final = "account_maker"
NEEDED: Final = frozenset({ACCESS, BY_API_KEY, VIEW_ALL, ADMINISTER_USERS, DEBUG})
STAFF: Final = frozenset({ACCESS, VIEW_ALL})
MEMBER: Final = frozenset({"access CiviMail subscribe/unsubscribe pages"})
# In this order, as Standalone installs the first three.
_ROLES: Final = (
    ("everyone", "Everyone, including anonymous users", MEMBER),
    ("staff", "Staff", STAFF),
    ("admin", "Administrator", EVERYTHING),
    ("member", "Member", MEMBER),
    (SERVICE_ROLE, "Account maker", NEEDED | crm.SERVICE_PERMISSIONS),
)
_ACCOUNTS: Final = 30
_OF_CONTACTS: Final = 10
_APP_PASSWORD: Final = "practice practice practice practice"  # noqa: S105 - of the WordPress beside it
_CONTACTS: Final = """
SELECT c.id, e.email FROM civicrm_contact c
JOIN civicrm_email e ON e.contact_id = c.id AND e.is_primary = 1
WHERE c.contact_type = 'Individual' AND c.is_deleted = 0 AND c.api_key IS NULL
GROUP BY e.email HAVING count(*) = 1 ORDER BY c.id
"""


def seed(db: sqlite3.Connection, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    crm.seed(db, contacts=contacts, seed=seed, app_password=_APP_PASSWORD, api_key=API_KEY)
    if db.execute("SELECT 1 FROM standalone_role").fetchone():
        return
    db.executemany(
        "INSERT INTO standalone_role (name, label, permissions) VALUES (?, ?, ?)",
        [(name, label, packed(names)) for name, label, names in _ROLES],
    )
    for username, role in ((ADMIN, "admin"), (SERVICE, SERVICE_ROLE)):
        address = f"{username}@example.org"
        insert(db, username, address, role, _contact_of(db, address))
    known = list(islice(db.execute(_CONTACTS), _OF_CONTACTS))
    for number, (contact_id, address) in enumerate(known):
        insert(db, f"user{number}", address, "staff" if number % 2 else "member", contact_id)
    for number in range(len(known), _ACCOUNTS):
        insert(db, f"user{number}", f"user.{number}@example.net", "member", None)


_INSERT: Final = """
INSERT INTO standalone_user (uf_name, contact_id, username, roles, when_created, when_updated)
VALUES (?, ?, ?, char(1) || ? || char(1), datetime('now'), datetime('now'))
"""


def insert(
    db: sqlite3.Connection, username: str, address: str, role: str, contact_id: int | None
) -> int:
    """Add a user, whole; its id."""
    (role_id,) = db.execute("SELECT id FROM standalone_role WHERE name = ?", (role,)).fetchone()
    cursor = db.execute(_INSERT, (address, contact_id, username, role_id))
    row_id = int(cursor.lastrowid or 0)
    db.execute("UPDATE standalone_user SET uf_id = id WHERE id = ?", (row_id,))
    given = (row_id, role_id)
    db.execute("INSERT INTO standalone_user_role (user_id, role_id) VALUES (?, ?)", given)
    return row_id


def _contact_of(db: sqlite3.Connection, address: str) -> int:
    (contact_id,) = db.execute(
        "SELECT contact_id FROM civicrm_email WHERE email = ? ORDER BY contact_id", (address,)
    ).fetchone()
    return int(contact_id)
