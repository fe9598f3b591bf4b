"""Groups, which are the roles: found by their names, filled and emptied by their members."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from urllib.parse import quote

from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.sites.scim.calls import GROUPS, Calls, Row, objects, quoted
from latchkey.sites.scim.refusals import ChangedError
from latchkey.sites.scim.users import patch_of, version_of

AT_ONCE = 100
NO_GROUP = (
    "The service has no group {role}, or several of that name. Write the name of one that is there."
)
Membership = tuple[str, str]
"""An account's id, and the name of a group."""


class Groups:
    """The groups of one service. Names that several of them share are left out."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._lock = Lock()
        self._ids: Mapping[str, str] | None = None

    def look(self) -> Mapping[str, str]:
        """Ids by name, as they are now."""
        ids = named([row for page in self._calls.rows(GROUPS, without="members") for row in page])
        with self._lock:
            self._ids = ids
        return ids

    def unknown(self, names: Iterable[str]) -> list[str]:
        """Those that the service does not have; looked for again before that is said."""
        wanted = sorted(set(names))
        known = self._known() if wanted else {}
        if any(name not in known for name in wanted):
            known = self.look()
        return [name for name in wanted if name not in known]

    def of(self, account_ids: Sequence[str]) -> dict[str, frozenset[str]]:
        """The names of the groups that each account is a member of.

        Read from the groups: a user's own `groups` is often left empty, and comes late where it is
        not.
        """
        found: dict[str, set[str]] = {id_: set() for id_ in account_ids}
        if found:
            rows = [row for page in self._calls.rows(GROUPS) for row in page]
            for name, row in _singly_named(rows).items():
                for member in _members(row):
                    if member in found:
                        found[member].add(name)
        return {id_: frozenset(names) for id_, names in found.items()}

    def change(
        self, added: Sequence[Membership], removed: Sequence[Membership]
    ) -> dict[str, RemoteError]:
        """Let accounts in and out; what failed, by account id. Doing it twice is the same."""
        failed: dict[str, RemoteError] = {}
        for role in sorted({role for _, role in (*added, *removed)}):
            into = [id_ for id_, name in added if name == role]
            out = [id_ for id_, name in removed if name == role]
            for start in range(0, max(len(into), len(out)), AT_ONCE):
                part = (into[start : start + AT_ONCE], out[start : start + AT_ONCE])
                failed |= self._part(role, *part)
        return failed

    def _part(self, role: str, into: Sequence[str], out: Sequence[str]) -> dict[str, RemoteError]:
        """What failed. One member that is refused spoils the whole request: all go singly then."""
        try:
            self._move_anew(role, into, out)
        except RejectedError as error:
            if len(into) + len(out) == 1 or error.unknown_role:
                return dict.fromkeys((*into, *out), error)
            alone = [self._part(role, [id_], []) for id_ in into]
            alone += [self._part(role, [], [id_]) for id_ in out]
            return {id_: one for part in alone for id_, one in part.items()}
        except RemoteError as error:
            return dict.fromkeys((*into, *out), error)
        return {}

    def _move_anew(self, role: str, into: Sequence[str], out: Sequence[str]) -> None:
        """Move; in a group that was deleted, and perhaps made again, since we learnt its id."""
        try:
            self._move(role, into, out)
        except Missing:
            if role in self.look():
                self._move(role, into, out)
            elif into:
                raise RejectedError(NO_GROUP.format(role=role), role) from None

    def _move(self, role: str, into: Sequence[str], out: Sequence[str]) -> None:
        path = f"{GROUPS}/{quote(self._known()[role], safe='')}"
        if self._calls.abilities().patch:
            self._calls.write("PATCH", path, patch_of(_operations(into, out)))
            return
        try:
            self._replace(path, into, out)
        except ChangedError:  # somebody else changed the group: look again
            self._replace(path, into, out)

    def _replace(self, path: str, into: Sequence[str], out: Sequence[str]) -> None:
        """The whole group with other members, for services that cannot PATCH."""
        row = self._calls.read(path)
        there = row if isinstance(row, dict) else {}
        kept = [one for one in objects(there.get("members")) if one.get("value") not in out]
        held = {one.get("value") for one in kept}
        kept += [{"value": id_} for id_ in into if id_ not in held]
        body = {name: value for name, value in there.items() if name != "meta"} | {"members": kept}
        self._calls.write("PUT", path, body, version=version_of(there))

    def _known(self) -> Mapping[str, str]:
        with self._lock:
            ids = self._ids
        return self.look() if ids is None else ids


def named(rows: Sequence[Row]) -> dict[str, str]:
    """Ids by name; names that several groups share could mean either, and are left out."""
    return {name: str(row["id"]) for name, row in _singly_named(rows).items()}


def _singly_named(rows: Sequence[Row]) -> dict[str, Row]:
    names = [str(row.get("displayName") or "").strip() for row in rows]
    often = Counter(names)
    pairs = zip(names, rows, strict=True)
    return {name: row for name, row in pairs if name and often[name] == 1 and row.get("id")}


def _members(row: Row) -> list[str]:
    return [str(one.get("value")) for one in objects(row.get("members"))]


def _operations(into: Sequence[str], out: Sequence[str]) -> list[dict[str, object]]:
    listed: list[dict[str, object]] = []
    if into:
        listed.append({"op": "add", "path": "members", "value": [{"value": id_} for id_ in into]})
    listed += [{"op": "remove", "path": f'members[value eq "{quoted(id_)}"]'} for id_ in out]
    return listed
