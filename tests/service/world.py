"""What the practice world holds, read behind everybody's back, and the invariant over it."""

import sqlite3
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ACTIVITIES = """
SELECT ac.contact_id, t.name, s.name, a.subject, a.details FROM civicrm_activity a
JOIN civicrm_activity_contact ac ON ac.activity_id = a.id AND ac.record_type_id = 3
JOIN civicrm_option_value t ON t.value = a.activity_type_id
JOIN civicrm_option_group tg ON tg.id = t.option_group_id AND tg.name = 'activity_type'
JOIN civicrm_option_value s ON s.value = a.status_id
JOIN civicrm_option_group sg ON sg.id = s.option_group_id AND sg.name = 'activity_status'
WHERE t.name LIKE 'User Account%' ORDER BY a.id
"""


@dataclass(frozen=True, slots=True)
class Note:
    """One of our activities about a contact."""

    contact_id: int
    kind: str
    status: str
    subject: str
    details: str


@dataclass(frozen=True, slots=True)
class User:
    """A WordPress user with its roles."""

    id: int
    login: str
    email: str
    roles: frozenset[str]


class World:
    """The practice systems' one file."""

    def __init__(self, home: Path) -> None:
        self._path = home / "practice.sqlite3"

    def rows(self, query: str, *values: object) -> list[tuple]:
        """What a query finds, or what it changes: it is committed."""
        with sqlite3.connect(self._path, timeout=20) as db:
            found = db.execute(query, values).fetchall()
        db.close()
        return found

    def users(self) -> dict[int, User]:
        """All users by id."""
        roles: dict[int, set[str]] = {}
        for user_id, role in self.rows("SELECT user_id, role FROM wp_user_roles"):
            roles.setdefault(user_id, set()).add(role)
        return {
            row[0]: User(*row, roles=frozenset(roles.get(row[0], ())))
            for row in self.rows("SELECT id, login, email FROM wp_users")
        }

    def links(self) -> dict[int, int]:
        """User ids by contact id."""
        return dict(self.rows("SELECT contact_id, uf_id FROM civicrm_uf_match"))

    def notes(self, status: str | None = None) -> list[Note]:
        """Our activities with a target, oldest first."""
        notes = [Note(*row) for row in self.rows(ACTIVITIES)]
        return [note for note in notes if status in {None, note.status}]

    def members(self, group: str) -> set[int]:
        """The contacts that are Added to a static group."""
        query = """SELECT contact_id FROM civicrm_group_contact gc
        JOIN civicrm_group g ON g.id = gc.group_id WHERE g.title = ? AND status = 'Added'"""
        return {row[0] for row in self.rows(query, group)}

    def contact_named(self, name: str) -> int:
        """The id of the contact with this display name."""
        return self.rows("SELECT id FROM civicrm_contact WHERE display_name = ?", name)[0][0]

    def mails_to(self, email: str) -> list[str]:
        """The subjects of the mails to an address."""
        query = "SELECT subject FROM mailbox_messages WHERE recipient = ?"
        return [row[0] for row in self.rows(query, email)]

    def broken_invariants(self, role: str = "subscriber") -> list[str]:
        """What is lost or doubled: empty when the invariant of product.md holds.

        Per contact with a Completed activity one account with the role, linked to it, and per
        contact one Completed activity; no address twice.
        """
        users, links = self.users(), self.links()
        completed = Counter(note.contact_id for note in self.notes("Completed"))
        emails = Counter(user.email.lower() for user in users.values())
        wrong = [f"{n} Completed activities for contact {i}" for i, n in completed.items() if n > 1]
        wrong += [f"{n} accounts with the address {e}" for e, n in emails.items() if n > 1]
        for contact_id in completed:
            user = users.get(links.get(contact_id, -1))
            if user is None:
                wrong.append(f"contact {contact_id} is not linked")
            elif role not in user.roles:
                wrong.append(f"user {user.login} lacks {role}")
        return wrong
