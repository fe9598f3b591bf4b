"""Cohorts, which are the roles of a Moodle: who is in which, and who goes in and out."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import unescape
from threading import Lock

from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.sites.moodle.calls import Calls, rows_in, under
from latchkey.sites.moodle.refusals import ADD_MEMBERS, COHORTS, DELETE_MEMBERS, MEMBERS

PAGE = 500
# PHP leaves out what is more than max_input_vars, a thousand of them, without a word. A membership
# is four, a cohort one.
AT_ONCE = 200
COHORTS_AT_ONCE = 500
SYSTEM = {"contextlevel": "system", "instanceid": 0}

Membership = tuple[str, str]
"""An account id and a role."""


class Cohorts:
    """The cohorts by their role names; remembers the names, asks for members every time."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._lock = Lock()
        self._ids: Mapping[str, int] | None = None

    def look(self) -> Mapping[str, int]:
        """All cohorts as they are now: id by role name."""
        found: list[Mapping[str, object]] = []
        while True:
            page = under(self._calls(COHORTS, _page(len(found))), "cohorts")
            found += page
            if len(page) < PAGE:
                break
        ids = named(found)
        with self._lock:
            self._ids = ids
        return ids

    def unknown(self, roles: Iterable[str]) -> list[str]:
        """Those of the roles that Moodle has no cohort for."""
        wanted = set(roles)
        if not wanted:
            return []
        lacking = wanted - set(self._known())
        return sorted(wanted - set(self.look())) if lacking else []

    def roles_of(self, account_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """The roles of each of these accounts."""
        wanted = set(account_ids)
        if not wanted:
            return {}
        try:
            members = self._members(self._known())
        except RejectedError:  # a cohort that we knew is gone
            members = self._members(self.look())
        return {
            id_: frozenset(role for role, ids in members.items() if id_ in ids) for id_ in wanted
        }

    def change(
        self, added: Sequence[Membership], removed: Sequence[Membership]
    ) -> dict[str, RemoteError]:
        """Let accounts in and out; what failed, by account id. Doing it twice is the same."""
        failed = self._each(ADD_MEMBERS, added, self._entry)
        return {**failed, **self._each(DELETE_MEMBERS, removed, self._exit)}

    def _each(
        self,
        function: str,
        pairs: Sequence[Membership],
        row: Callable[[str, str], dict[str, object]],
    ) -> dict[str, RemoteError]:
        failed: dict[str, RemoteError] = {}
        for start in range(0, len(pairs), AT_ONCE):
            failed |= self._part(function, pairs[start : start + AT_ONCE], row)
        return failed

    def _part(
        self,
        function: str,
        pairs: Sequence[Membership],
        row: Callable[[str, str], dict[str, object]],
    ) -> dict[str, RemoteError]:
        """What failed. One that Moodle refuses spoils the whole request: the bad are singled out.

        What is missing may be the account or the cohort: whoever looks afterwards sees which.
        """
        try:
            self._calls(function, {"members": [row(*pair) for pair in pairs]})
        except RejectedError as error:
            if len(pairs) == 1:
                return {} if isinstance(error, Missing) else {pairs[0][0]: error}
            middle = len(pairs) // 2
            parts = (pairs[:middle], pairs[middle:])
            return {
                id_: one for part in parts for id_, one in self._part(function, part, row).items()
            }
        except RemoteError as error:
            return {account_id: error for account_id, _ in pairs}
        return {}

    def _entry(self, account_id: str, role: str) -> dict[str, object]:
        return {
            "cohorttype": {"type": "id", "value": self._known()[role]},
            "usertype": {"type": "id", "value": account_id},
        }

    def _exit(self, account_id: str, role: str) -> dict[str, object]:
        return {"cohortid": self._known()[role], "userid": account_id}

    def _known(self) -> Mapping[str, int]:
        with self._lock:
            ids = self._ids
        return self.look() if ids is None else ids

    def _members(self, ids: Mapping[str, int]) -> dict[str, frozenset[str]]:
        wanted = list(ids.values())
        by_id: dict[object, frozenset[str]] = {}
        for start in range(0, len(wanted), COHORTS_AT_ONCE):
            part = wanted[start : start + COHORTS_AT_ONCE]
            answer = rows_in(self._calls(MEMBERS, {"cohortids": part}))
            by_id |= {one.get("cohortid"): _texts(one.get("userids")) for one in answer}
        return {role: by_id.get(id_, frozenset()) for role, id_ in ids.items()}


def named(cohorts: Sequence[Mapping[str, object]]) -> dict[str, int]:
    """Ids by role name: the ID number, or the name of a cohort that has none.

    Names that several cohorts share are left out: nobody could tell which is meant.
    """
    names = [_name(one) for one in cohorts]
    often = Counter(names)
    return {
        name: int(str(one["id"]))
        for name, one in zip(names, cohorts, strict=True)
        if name and often[name] == 1
    }


def _name(cohort: Mapping[str, object]) -> str:
    return unescape(str(cohort.get("idnumber") or cohort.get("name") or "")).strip()


def _page(start: int) -> dict[str, object]:
    return {"query": "", "context": SYSTEM, "includes": "all", "limitfrom": start, "limitnum": PAGE}


def _texts(ids: object) -> frozenset[str]:
    return frozenset(map(str, ids)) if isinstance(ids, list) else frozenset()
