"""Filling an empty home: the administrator, the service user, and thirty accounts.

Ten of the thirty have addresses of practice contacts, so that a rule links some and leaves others
as they are.
"""

import sqlite3
from itertools import islice

from latchkey.practice.joomla import TOKEN, groups, users
from latchkey.practice.joomla.groups import ADMINISTRATOR, AUTHOR, REGISTERED, SUPER_USERS
from latchkey.practice.joomla.users import NewUser
from latchkey.practice.people import people

ADMIN = "admin"
PASSWORD = "practice"  # noqa: S105 - made up, and printed by the demo
SERVICE = "latchkey"
ROLE = "Registered"
ACCOUNTS = 30
OF_CONTACTS = 10
_WITH_POWER = 9


def seed(db: sqlite3.Connection, contacts: int, seed: int) -> None:
    """Fill the home, inside the caller's transaction; one that is filled already stays so."""
    if groups.every(db):
        return
    groups.install(db)
    users.insert(db, _staff(ADMIN, "Practice Administrator", SUPER_USERS))
    users.insert(db, _staff(SERVICE, "Practice Latchkey", ADMINISTRATOR, TOKEN))
    addresses = [one.email for one in islice(people(contacts, seed), 2 * OF_CONTACTS) if one.email]
    known = list(dict.fromkeys(addresses))[:OF_CONTACTS]
    strangers = [f"member.{number}@example.net" for number in range(len(known), ACCOUNTS)]
    for number, email in enumerate([*known, *strangers]):
        users.insert(db, _member(number, email))


def _staff(username: str, name: str, group: int, token: str | None = None) -> NewUser:
    email = f"{username}@example.org"
    return NewUser(name, username, email, PASSWORD, frozenset({group}), token=token)


def _member(number: int, email: str) -> NewUser:
    """Registered most of them, a few with more or with power."""
    given = {REGISTERED}
    if number % 4 == 0:
        given.add(AUTHOR)
    if number == _WITH_POWER:
        given = {ADMINISTRATOR}
    return NewUser(f"Member {number}", f"member{number}", email, PASSWORD, frozenset(given))
