"""The roles: configuration with a machine name and a UUID, which is what JSON:API asks for."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ADMINISTER_USERS = "administer users"
ADMINISTER_PERMISSIONS = "administer permissions"
CANCEL_ACCOUNT = "cancel account"
ANONYMOUS = "anonymous"
AUTHENTICATED = "authenticated"
# Every person has one of these without being given it: they cannot be given.
BY_NATURE = (ANONYMOUS, AUTHENTICATED)


@dataclass(frozen=True, slots=True)
class Role:
    """One role; `is_admin` has every permission."""

    id: str
    uuid: str
    label: str
    is_admin: bool = False
    permissions: tuple[str, ...] = ()


def all_of(db: sqlite3.Connection) -> list[Role]:
    """Every role by machine name, as `roles_list_as_administer_users` has them."""
    rows = db.execute("SELECT id, uuid, label, is_admin, permissions FROM drupal_roles ORDER BY id")
    return [_role(row) for row in rows]


def by_uuid(db: sqlite3.Connection, uuid: str) -> Role | None:
    """The role with this UUID."""
    return next((role for role in all_of(db) if role.uuid == uuid), None)


def by_id(db: sqlite3.Connection, name: str) -> Role | None:
    """The role with this machine name."""
    return next((role for role in all_of(db) if role.id == name), None)


def permissions_of(db: sqlite3.Connection, held: Iterable[str]) -> frozenset[str]:
    """What the roles allow together; "*" stands for everything."""
    names = {*held}
    found = [role for role in all_of(db) if role.id in names]
    given = {name for role in found for name in role.permissions}
    return frozenset(given | ({"*"} if any(role.is_admin for role in found) else set()))


def set_permissions(db: sqlite3.Connection, name: str, permissions: Sequence[str]) -> None:
    """Give a role exactly these permissions."""
    kept = json.dumps(list(permissions))
    db.execute("UPDATE drupal_roles SET permissions = ? WHERE id = ?", (kept, name))


def insert(db: sqlite3.Connection, role: Role) -> None:
    """Install a role."""
    db.execute(
        "INSERT INTO drupal_roles (id, uuid, label, is_admin, permissions) VALUES (?, ?, ?, ?, ?)",
        (role.id, role.uuid, role.label, int(role.is_admin), json.dumps(role.permissions)),
    )


def _role(row: tuple[str, str, str, int, str]) -> Role:
    return Role(
        row[0], row[1], row[2], is_admin=bool(row[3]), permissions=tuple(json.loads(row[4]))
    )
