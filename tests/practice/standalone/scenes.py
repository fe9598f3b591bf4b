"""What has to be so before a recorded request is sent to the practice Standalone."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from latchkey.practice.seeding import ADMIN_KEY
from latchkey.practice.standalone.entities import EVERYTHING, packed
from latchkey.practice.standalone.seeding import NEEDED, insert

SERVICE_KEY = "lab-service"
LONELY_KEY = "lab-contact-without-user"
SERVICE_CONTACT = 4
LONELY_CONTACT = 5
ROLES = {
    "standalone": ("everyone", "staff", "admin"),
    "standalone-6.12": ("everyone", "admin", "staff"),
}
LABELS = {
    "everyone": "Everyone, including anonymous users",
    "staff": "Staff",
    "admin": "Administrator",
}
IDS = frozenset({"id", "uf_id", "error_id"})
OWN = IDS | {"name", "version"}


@dataclass(frozen=True, slots=True)
class User:
    """A user who is there; `uf_id` None means that it is whole."""

    id: int
    username: str
    email: str
    contact_id: int | None = None
    uf_id: int | None = None
    has_role: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """One situation: who is there besides the administrator, and whose key is sent.

    `permissions` are the service user's, None where there is none. `varies` names the fields of
    the answer whose values are the practice site's own; of a `page` only the status is compared.
    """

    users: tuple[User, ...] = ()
    key: str = ADMIN_KEY
    permissions: frozenset[str] | None = None
    active: bool = True
    varies: frozenset[str] = IDS
    page: bool = False


ADA = User(2, "ada", "ada@example.org", 3)
ADA_L = User(2, "ada.l", "ada@example.org", 3)
BY_SERVICE = User(1453, "bysvc", "bysvc@example.org", 1399)
HALF_MADE = User(11, "half", "half@example.org", uf_id=0)
WITH_ADA = Scene(users=(ADA,))
AS_SERVICE = Scene(users=(BY_SERVICE,), key=SERVICE_KEY, permissions=NEEDED)
LIMITED = NEEDED - {"view debug output"}
S1_S2 = (User(10, "s1", "s1@example.org"), User(11, "s2", "s2@example.org"))
UP6 = User(197, "up6", "upsert6@example.org", 6)
CALLER = IDS | {"contact_id", "user_id"}
ROW = IDS | {"hashed_password", "when_created", "when_updated"}
PERSON = IDS | {"display_name", "email_primary.email"}
STRANGER = Scene(key=SERVICE_KEY, permissions=frozenset({"access CiviCRM"}))

SCENES: Mapping[str, Mapping[str, Scene]] = {
    "standalone": {
        "authx_id_bad_key": Scene(key="nobody's"),
        "domain_get": Scene(varies=OWN),
        "err_bad_key_user_get": Scene(key="nobody's"),
        "err_contact_delete_permanent_with_user": Scene(
            users=(User(20, "gone", "gone@example.org", 1394),)
        ),
        "err_key_of_contact_without_user": Scene(key=LONELY_KEY),
        "err_key_without_authenticate_permission": STRANGER,
        "err_user_create_blocked_by_half_made_user": Scene(
            users=(HALF_MADE,), varies=IDS | {"debug"}
        ),
        "err_user_create_duplicate_contact": WITH_ADA,
        "err_user_create_duplicate_email_debug": Scene(users=(ADA,), varies=IDS | {"debug"}),
        "err_user_save_two_new_with_unique_uf_id_index": Scene(varies=IDS | {"debug"}),
        "key_of_inactive_user": Scene(key=SERVICE_KEY, permissions=NEEDED, active=False),
        "svc2_contact_get_join_user": Scene(
            users=(ADA_L, BY_SERVICE), key=SERVICE_KEY, permissions=NEEDED
        ),
        "svc2_contact_without_user": Scene(key=SERVICE_KEY, permissions=NEEDED, varies=PERSON),
        "svc2_domain_get": Scene(key=SERVICE_KEY, permissions=NEEDED - {"access CiviCRM"}),
        "svc2_entity_get_user": AS_SERVICE,
        "svc2_err_duplicate_debug": Scene(
            users=(BY_SERVICE,), key=SERVICE_KEY, permissions=NEEDED, varies=IDS | {"debug"}
        ),
        "svc2_user_get": AS_SERVICE,
        "svc2_user_getActions": AS_SERVICE,
        "svc_authx_id": Scene(key=SERVICE_KEY, permissions=LIMITED, varies=CALLER),
        "svc_err_user_create_duplicate": Scene(
            users=(BY_SERVICE,), key=SERVICE_KEY, permissions=LIMITED
        ),
        "svc_user_update_roles": Scene(
            users=(BY_SERVICE,), key=SERVICE_KEY, permissions=NEEDED - {"view all contacts"}
        ),
        "user_delete": Scene(users=(User(23, "newone", "newone@example.org"),)),
        "user_save_match_username": Scene(users=(ADA_L,)),
        "user_update_deactivate": WITH_ADA,
        "user_update_email": WITH_ADA,
        "user_update_repairs_uf_id": Scene(users=(HALF_MADE,)),
        "user_update_roles": WITH_ADA,
    },
    "standalone-6.12": {
        "authx_id_bad_key": Scene(key="nobody's"),
        "domain_get": Scene(varies=OWN),
        "duplicate_usernames_get": Scene(
            users=(ADA, User(3, "ada", "o@example.org", has_role=False))
        ),
        "err_contact_delete_with_user": WITH_ADA,
        "err_duplicate_contact": WITH_ADA,
        "err_duplicate_email_debug": Scene(users=(ADA,), varies=IDS | {"debug"}),
        "err_key_of_contact_without_user": Scene(key=LONELY_KEY),
        "err_malformed_json": Scene(page=True),
        "err_send_password_reset_email_user_without_contact": Scene(users=(ADA, *S1_S2), page=True),
        "key_of_inactive_user": Scene(
            key=SERVICE_KEY, permissions=NEEDED, active=False, varies=CALLER
        ),
        "key_of_inactive_user_api": Scene(
            key=SERVICE_KEY, permissions=NEEDED, active=False, varies=ROW
        ),
        "save_two_new": Scene(varies=IDS | {"debug"}),
        "send_password_reset_email_ok": WITH_ADA,
        "svc_authx_id": Scene(key=SERVICE_KEY, permissions=NEEDED, varies=CALLER),
        "svc_contact_update_api_key_of_other": Scene(key=SERVICE_KEY, permissions=NEEDED),
        "svc_err_duplicate_email": Scene(users=(BY_SERVICE,), key=SERVICE_KEY, permissions=LIMITED),
        "svc_grant_admin": AS_SERVICE,
        "svc_role_get": Scene(key=SERVICE_KEY, permissions=NEEDED),
        "svc_send_password_reset_email": Scene(users=(ADA,), key=SERVICE_KEY, permissions=NEEDED),
        "svc_user_create": Scene(key=SERVICE_KEY, permissions=NEEDED),
        "svc_user_get": Scene(
            users=(ADA, User(3, "ada", "o@example.org", has_role=False)),
            key=SERVICE_KEY,
            permissions=NEEDED,
        ),
        "user_create_in_array_where_get_roles": Scene(users=S1_S2),
        "user_create_ok_despite_half_made": Scene(users=(HALF_MADE,)),
        "user_get": WITH_ADA,
        "user_save_match_contact_id_2": Scene(users=(UP6,)),
        "user_save_match_reload_chain_roles": Scene(users=(UP6,)),
        "user_update_deactivate": Scene(users=S1_S2),
        "user_update_roles": Scene(users=S1_S2),
    },
}
CONTACTS = {
    1394: ("F1390 Bulk", "bulk1390@example.org"),
    1398: ("F1394 Bulk", "bulk1394@example.org"),
    1399: ("F1395 Bulk", "bulk1395@example.org"),
    1407: ("F1403 Bulk", "bulk1403@example.org"),
}


def set_up_contacts(db: sqlite3.Connection) -> None:
    """The contacts that recordings name by their ids, and who holds which key."""
    db.execute("UPDATE civicrm_contact SET api_key = NULL WHERE id <> 2")
    keys = ((SERVICE_KEY, SERVICE_CONTACT), (LONELY_KEY, LONELY_CONTACT))
    db.executemany("UPDATE civicrm_contact SET api_key = ? WHERE id = ?", keys)
    db.execute("UPDATE civicrm_contact SET display_name = 'Ada Lovelace' WHERE id = 3")
    db.execute("UPDATE civicrm_email SET email = 'ada@example.org' WHERE contact_id = 3")
    for id_, (name, email) in CONTACTS.items():
        db.execute(
            "INSERT INTO civicrm_contact (id, contact_type, display_name)"
            " VALUES (?, 'Individual', ?)",
            (id_, name),
        )
        db.execute(
            "INSERT INTO civicrm_email (contact_id, email, is_primary) VALUES (?, ?, 1)",
            (id_, email),
        )


def set_up(db: sqlite3.Connection, scene: Scene, folder: str) -> None:
    """Exactly these users and roles, with the ids that they were recorded with."""
    for table in ("standalone_user_role", "standalone_user", "standalone_role"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
    for name in ROLES[folder]:
        permissions = packed(EVERYTHING) if name == "admin" else ""
        role = (name, LABELS[name], permissions)
        db.execute("INSERT INTO standalone_role (name, label, permissions) VALUES (?, ?, ?)", role)
    insert(db, "admin", "admin@example.org", "admin", 2)
    for user in scene.users:
        _add(db, user)
    if scene.permissions is not None:
        role = ("provisioner", "Provisioner", packed(scene.permissions))
        db.execute("INSERT INTO standalone_role (name, label, permissions) VALUES (?, ?, ?)", role)
        row = insert(db, "svc", "svc@example.org", "provisioner", SERVICE_CONTACT)
        db.execute("UPDATE standalone_user SET is_active = ? WHERE id = ?", (scene.active, row))


def _add(db: sqlite3.Connection, user: User) -> None:
    row = insert(db, user.username, user.email, "staff", user.contact_id)
    uf_id = user.id if user.uf_id is None else user.uf_id
    db.execute("PRAGMA defer_foreign_keys = ON")
    db.execute("UPDATE standalone_user SET id = ?, uf_id = ? WHERE id = ?", (user.id, uf_id, row))
    db.execute("UPDATE standalone_user_role SET user_id = ? WHERE user_id = ?", (user.id, row))
    if not user.has_role:
        db.execute("UPDATE standalone_user SET roles = NULL WHERE id = ?", (user.id,))
