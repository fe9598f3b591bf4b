"""The roles of CiviCRM Standalone, with the permissions that make one powerful."""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

from latchkey.remote.civicrm.answers import Row, Unsupported
from latchkey.remote.civicrm.api import Api

EVERYONE = "everyone"  # held by all, visitors included, and given to nobody
POWERS = frozenset(
    {
        "administer civicrm",
        "administer civicrm data",
        "administer civicrm system",
        "all civicrm permissions and acls",
        "cms:administer users",
        "import sql datasource",
    }
)
SELECT = ["name", "permissions", "is_active"]


class Roles:
    """The roles as they were last seen; safe to share between threads."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._lock = Lock()
        self._powers: Mapping[str, frozenset[str]] | None = None

    def look(self) -> Mapping[str, frozenset[str]]:
        """The roles as they are now, each with what makes it powerful."""
        asked = {"select": SELECT, "orderBy": {"id": "ASC"}}
        powers = powers_in(self._api.call("Role", "get", asked).rows)
        with self._lock:
            self._powers = powers
        return powers

    def powers(self) -> Mapping[str, frozenset[str]]:
        """The same, asked for once."""
        with self._lock:
            known = self._powers
        return self.look() if known is None else known

    def unknown(self, roles: Iterable[str]) -> list[str]:
        """Those of the roles that there are not."""
        wanted = set(roles)
        lacking = wanted - set(self.powers()) if wanted else set()
        return sorted(wanted - set(self.look())) if lacking else []


def powers_in(rows: Sequence[Row]) -> dict[str, frozenset[str]]:
    """The powerful permissions by the name of each role that may be given."""
    for row in rows:
        if not set(SELECT) <= set(row):
            raise Unsupported("CiviCRM leaves the permissions out of its roles: update it.")
    return {
        str(row["name"]): frozenset(filter(_is_power, _texts(row["permissions"])))
        for row in rows
        if row["is_active"] and row["name"] != EVERYONE
    }


def _is_power(permission: str) -> bool:
    return permission.casefold() in POWERS


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
