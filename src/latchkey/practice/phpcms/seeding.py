"""Filling an empty home: user 1, and thirty accounts.

Ten of the thirty have addresses of practice contacts, so that a rule links some and leaves others
as they are.
"""

import sqlite3
from itertools import islice

from latchkey.practice.people import people
from latchkey.practice.phpcms.users import NewUser, Users

ADMIN = "admin"
PASSWORD = "practice"  # noqa: S105 - made up, and printed by the demo
ROLE = "member"
OTHER_ROLE = "volunteer"
POWERFUL_ROLE = "content team"
ACCOUNTS = 30
OF_CONTACTS = 10
_WITH_POWER = 9


def seed(db: sqlite3.Connection, cms: str, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    users = Users(db, cms)
    if users.after(0, 1):
        return
    users.insert(NewUser(ADMIN, f"{ADMIN}@example.org", PASSWORD, ("administrator",)))
    addresses = [one.email for one in islice(people(contacts, seed), 2 * OF_CONTACTS) if one.email]
    known = list(dict.fromkeys(addresses))[:OF_CONTACTS]
    strangers = [f"member.{number}@example.net" for number in range(len(known), ACCOUNTS)]
    for number, mail in enumerate([*known, *strangers]):
        users.insert(_member(number, mail))


def _member(number: int, mail: str) -> NewUser:
    """Members most of them, a few with another role or with power."""
    roles = [OTHER_ROLE] if number % 4 == 0 else [ROLE]
    if number == _WITH_POWER:
        roles = [POWERFUL_ROLE]
    names = {"field_first_name": "Member", "field_last_name": str(number)}
    return NewUser(f"member{number}", mail, PASSWORD, roles, names)
