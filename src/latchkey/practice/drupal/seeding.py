"""Filling the practice Drupal: its roles, an administrator, the service user, thirty accounts.

The UUIDs of roles and staff are those of the installation that was recorded.
"""

import sqlite3
import uuid
from collections.abc import Iterator
from itertools import islice
from typing import Final

from latchkey.practice.drupal import PASSWORD, SERVICE, roles, users
from latchkey.practice.drupal.roles import ADMINISTER_USERS, Role
from latchkey.practice.people import AWKWARD_FROM, Situation, people

ACCOUNTS: Final = 30
MEMBER: Final = "member"
EDITOR: Final = "editor_x"
ADMINISTRATOR: Final = "administrator"
PROVISIONER: Final = "provisioner"
GUEST: Final = "guest"

ROLES: Final = (
    Role(ADMINISTRATOR, "f086a017-d45d-4d00-b112-8441a4a58300", "Administrator", is_admin=True),
    Role("anonymous", "c24b4a27-1773-4e5e-ae41-b4d938284a39", "Anonymous user"),
    Role("authenticated", "f389e4d7-6976-4d94-bbba-00b064eae6e0", "Authenticated user"),
    Role(
        "content_editor",
        "08f26eed-e0bf-4cf0-b498-185aeab08bfe",
        "Content editor",
        permissions=("administer nodes", "administer url aliases"),
    ),
    Role(
        EDITOR, "b2072a31-a595-4266-a07a-89c9093f51c9", "Editor X", permissions=("access toolbar",)
    ),
    Role(
        MEMBER, "75b3d0e0-7831-4313-a959-03fbf1891853", "Member", permissions=("access comments",)
    ),
    Role(
        PROVISIONER,
        "2612b4aa-6c3e-4034-ac7b-ccdb2c111d70",
        "Provisioner",
        permissions=(ADMINISTER_USERS,),
    ),
)
ANONYMOUS: Final = "0d6f4b1e-53a8-4c27-9e10-7b2c85d4fa96"
STAFF: Final = (
    ("76ec46b2-1127-4e3d-8a5e-5e12efb071b8", "admin", (ADMINISTRATOR,)),
    ("5f0a7c1e-9d3b-4a68-8e21-c6b4d7f09a13", GUEST, ()),
    ("91bed9c1-1aa6-498c-989d-ae1de0c1068f", SERVICE, (PROVISIONER,)),
)
# Whose account is there already, and what it may do.
_HELD: Final = {
    Situation.HAS_ACCOUNT: MEMBER,
    Situation.LINKED: MEMBER,
    Situation.LACKS_ROLE: EDITOR,
    Situation.PRIVILEGED: ADMINISTRATOR,
    Situation.CROSSED: MEMBER,
}


def seed(db: sqlite3.Connection, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    if roles.all_of(db):
        return
    for role in ROLES:
        roles.insert(db, role)
    users.insert_anonymous(db, ANONYMOUS)
    for identifier, name, held in STAFF:
        mail = f"{name}@example.org"
        staff = {"name": name, "mail": mail, "init": mail, "pass": PASSWORD}
        _account(db, identifier, staff, held)
    for number, (name, mail, given) in enumerate(islice(_accounts(contacts, seed), ACCOUNTS)):
        identifier = str(uuid.uuid5(uuid.NAMESPACE_URL, f"practice:{seed}:{number}"))
        _account(db, identifier, {"name": name, "mail": mail}, (given,))


def _accounts(contacts: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Those of contacts first, by their addresses; then of others."""
    known = contacts if contacts >= AWKWARD_FROM else 0
    for number, person in enumerate(islice(people(known, seed), AWKWARD_FROM), start=1):
        if person.situation in _HELD and person.email:
            yield f"contact{number}", person.email, _HELD[person.situation]
    for number in range(1, ACCOUNTS + 1):
        yield f"neighbour{number}", f"neighbour{number}@example.net", MEMBER


def _account(
    db: sqlite3.Connection, identifier: str, values: dict[str, str], held: tuple[str, ...]
) -> None:
    uid = users.insert(db, identifier, {**values, "status": True})
    users.set_roles(db, uid, held)
