"""The Joomla that the recordings were made on, as far as they speak of it."""

import sqlite3

from latchkey.practice import database
from latchkey.practice.joomla import groups, users
from latchkey.practice.joomla.groups import ADMINISTRATOR, AUTHOR, REGISTERED, SUPER_USERS
from latchkey.practice.joomla.switches import DEFAULTS
from latchkey.practice.joomla.users import NewUser

SUPER_TOKEN = "lab-token-super"
ADMIN_TOKEN = "lab-token-admin"
REGISTERED_TOKEN = "lab-token-registered"
PASSWORD = "Not-a-Real-Password-1"
ALICE, CAROL = 820, 825
TITLES = {
    1: "Public",
    9: "Invité",
    6: "Gestionnaire",
    7: "Administrateur",
    2: "Enregistré",
    3: "Auteur",
    4: "Rédacteur",
    5: "Éditeur",
    8: "Super utilisateur",
}
_STAFF = (
    (816, "Lab Admin", "admin", SUPER_USERS, None),
    (817, "Service Admin", "svc_admin", ADMINISTRATOR, ADMIN_TOKEN),
    (818, "Service Super", "svc_super", SUPER_USERS, SUPER_TOKEN),
    (819, "Service Reg", "svc_reg", REGISTERED, REGISTERED_TOKEN),
)


def build(db: sqlite3.Connection) -> None:
    """The staff, the groups in French, the custom field; mails on, as they are after installing."""
    groups.install(db)
    titles = [(title, group) for group, title in TITLES.items()]
    db.executemany("UPDATE joomla_groups SET title = ? WHERE id = ?", titles)
    users.add_field(db, "civi-contact-id")
    for id_, name, username, group, token in _STAFF:
        add(db, username, id_=id_, name=name, held={group}, token=token)
    users.change(db, 816, {"send_email": 1})
    users.change(db, 818, {"last_visit": users.now()})
    turn(db, mail_to_user=True, site_name="Lab2 Joomla")


def add(
    db: sqlite3.Connection,
    username: str,
    *,
    id_: int | None = None,
    name: str = "",
    email: str = "",
    held: set[int] | frozenset[int] = frozenset({REGISTERED}),
    block: int = 0,
    token: str | None = None,
) -> int:
    """An account with what the recordings gave most of them."""
    new = NewUser(
        name or f"Test {username}",
        username,
        email or f"{username}@example.org",
        PASSWORD,
        frozenset(held),
        block=block,
        token=token,
        id=id_,
    )
    return users.insert(db, new)


def alice(db: sqlite3.Connection) -> None:
    add(db, "alice", id_=ALICE)


def carol(db: sqlite3.Connection) -> None:
    """Carol as she was made."""
    add(db, "carol", id_=CAROL, held={REGISTERED, AUTHOR})
    users.set_fields(db, CAROL, {"civi-contact-id": "42"})


def renamed_carol(db: sqlite3.Connection) -> None:
    """Carol after her name and address were changed."""
    carol(db)
    users.change(db, CAROL, {"name": "Carol New", "email": "carol2@example.org"})
    users.set_fields(db, CAROL, {"civi-contact-id": "43"})


def turn(db: sqlite3.Connection, **switches: object) -> None:
    """Set what an administrator can set."""
    for name, value in switches.items():
        assert f"joomla_{name}" in DEFAULTS
        database.set_switch(db, f"joomla_{name}", value)
