"""Roles: machine names outside, UUIDs in Drupal, and how one is found for the other.

In this order: what accounts that were read have shown, the list of roles (which takes the
permission "administer permissions"), any account that holds the role. What is left is found out by
a write to the REST resource for users, which takes names (see `rest_resource`).
"""

from collections.abc import Iterable, Mapping
from threading import Lock

from latchkey.sites.contract import RoleList
from latchkey.sites.drupal.documents import ROLES, USERS, Row, document, holding
from latchkey.sites.drupal.jsonapi import JsonApi
from latchkey.sites.drupal.users import roles_in

# Everybody has one of them without being given it.
BY_NATURE = frozenset({"anonymous", "authenticated"})
POWERS = frozenset(
    {
        "administer account settings",
        "administer CiviCRM",
        "administer modules",
        "administer nodes",
        "administer permissions",
        "administer site configuration",
        "administer software updates",
        "administer themes",
        "administer users",
        "bypass node access",
        "import configuration",
        "synchronize configuration",
        "use PHP for settings",
    }
)
NOT_SHOWN = (
    "The UUID of the role {role} is not known, and Drupal takes nothing else. If there is such a "
    "role, do one of these: give one account the role by hand; give the connection's role the "
    "permission 'administer permissions'; or switch on the REST resource for users with POST and "
    "PATCH. Or correct the name: it is the machine name that counts."
)


class RoleBook:
    """The roles of one site as far as they have been seen. Safe to share between threads."""

    def __init__(self, api: JsonApi) -> None:
        self._api = api
        self._lock = Lock()
        self._uuids: dict[str, str] = {}
        self._powerful: set[str] = set()
        self._omitted: frozenset[str] | None = None

    def learn(self, row: Row) -> None:
        """Take in the roles that an account shows."""
        self.note(roles_in(row))

    def note(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take in pairs of UUID and machine name."""
        with self._lock:
            self._uuids.update({name: uuid for uuid, name in pairs if name and uuid})

    def forget(self, names: Iterable[str]) -> None:
        """Drop what turned out wrong: a role that was deleted and made again has another UUID."""
        with self._lock:
            for name in names:
                self._uuids.pop(name, None)

    def name_of(self, uuid: str) -> str:
        """The machine name of a role; the UUID itself where nothing has told the name."""
        with self._lock:
            return next((name for name, known in self._uuids.items() if known == uuid), uuid)

    def uuids_of(self, names: Iterable[str]) -> Mapping[str, str]:
        """The UUIDs of these roles; those that cannot be found are absent."""
        wanted = sorted(set(names) - BY_NATURE)
        if any(name not in self._uuids for name in wanted):
            self._read_list()
        for name in wanted:
            if name not in self._uuids:
                self._look_for_holder(name)
        with self._lock:
            return {name: self._uuids[name] for name in wanted if name in self._uuids}

    def roles(self) -> RoleList:
        """The roles that can be given, as far as they are known."""
        self._read_list()
        with self._lock:
            names = frozenset(self._uuids) - BY_NATURE
            unnamed = (self._omitted or frozenset()) - set(self._uuids.values())
        # Of those whose names are kept from us, two are the ones that nobody can be given.
        return RoleList(names, complete=len(unnamed) <= len(BY_NATURE))

    def powerful(self) -> frozenset[str]:
        """The roles that carry power, where Drupal shows what they may do; lower case."""
        self._read_list()
        return frozenset(name.lower() for name in self._powerful)

    @property
    def is_shown(self) -> bool:
        """Whether Drupal lists its roles to us."""
        self._read_list()
        return not self._omitted

    def _read_list(self) -> None:
        """Read the list anew: roles come and go, and it is one request."""
        (page,) = self._api.pages(ROLES, [{}])
        pairs = [(str(row.get("id")), _machine_name(row)) for row in page.rows]
        self.note(pairs)
        with self._lock:
            self._omitted = frozenset(page.omitted)
            self._powerful |= {_machine_name(row) for row in page.rows if _has_power(row)}

    def _look_for_holder(self, name: str) -> None:
        (page,) = self._api.pages(USERS, [holding(name)])
        for row in page.rows:
            self.learn(row)


def _machine_name(row: Row) -> str:
    return str(document(row, "attributes").get("drupal_internal__id") or "")


def _has_power(row: Row) -> bool:
    attributes = document(row, "attributes")
    held = attributes.get("permissions")
    allowed = {str(one) for one in held} if isinstance(held, list) else set()
    return bool(attributes.get("is_admin")) or bool(allowed & POWERS)
