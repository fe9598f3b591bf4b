"""Finding users. Without "view all contacts" those with a contact are hidden without a word.

So every look-up asks for a witness too: somebody else's user with a contact, who has to be there.
"""

from collections.abc import Iterator, Sequence
from threading import Lock

from latchkey.policy.values import Account, same_address
from latchkey.remote.civicrm.answers import Asked, Row, require
from latchkey.remote.civicrm.api import Api, Call, Caller, chunks
from latchkey.remote.errors import (
    DryRun,
    RejectedError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.sites.standalone.roles import Roles
from latchkey.sites.standalone.users import SELECT, User, user_from

PAGE = 500
BLIND = (
    "The API key sees no user but its own: give its user the permission "
    '"view all contacts", without which users with a contact are hidden.'
)
LOOKING = Asked("User", "get", reads=True)
Where = list[list[object]]


class Reader:
    """Reads users, and mends those that were left half-made."""

    def __init__(self, api: Api, roles: Roles) -> None:
        self._api = api
        self._roles = roles
        self._lock = Lock()
        self._witness: int | None = None

    def look_anew(self) -> None:
        """Prove our sight again at the next look-up: permissions change."""
        with self._lock:
            self._witness = None

    def caller(self) -> Caller:
        """Who we are. SiteError when CiviCRM does not know the key."""
        return self._api.who_am_i()[0]

    def witness(self) -> int:
        """The user that every look-up has to see; looked for once."""
        with self._lock:
            if self._witness is None:
                self._witness = self._look_for_witness()
            return self._witness

    def find(self, field: str, values: Sequence[object]) -> list[User]:
        """The users whose field is one of the values, as the database compares them."""
        wanted = list(dict.fromkeys(values))
        if not wanted:
            return []
        rows = self._certain([_get([[field, "IN", list(part)]]) for part in chunks(wanted)])
        return [user_from(row, self._roles.powers()) for row in rows]

    def find_by_emails(self, emails: Sequence[str]) -> dict[str, list[Account]]:
        """The accounts with exactly these addresses, keyed by `same_address`; all of them whole."""
        wanted = {same_address(email) for email in emails} - {""}
        found: dict[str, list[Account]] = {}
        for user in self.mended(self.find("uf_name", sorted(wanted))):
            address = same_address(user.account.email)
            if address in wanted:
                found.setdefault(address, []).append(user.account)
        return found

    def get(self, account_ids: Sequence[str]) -> dict[str, Account]:
        """These accounts, by the ids that were asked for.

        CiviCRM links a half-made user by the `uf_id` it was made with: it is found by that too.
        """
        numbers = sorted({int(id_) for id_ in account_ids if id_.isascii() and id_.isdigit()})
        by_id = {user.account.id: user for user in self.find("id", numbers)}
        lacking = [one for one in numbers if str(one) not in by_id]
        halves = [user for user in self.find("uf_id", lacking) if not user.whole]
        single = {user.uf_id: user for user in halves if _only(user, halves)}
        mended = dict(zip(single, self.mended(list(single.values())), strict=True))
        by_uf_id = {str(uf_id): user.account for uf_id, user in mended.items()}
        return {**{id_: user.account for id_, user in by_id.items()}, **by_uf_id}

    def every(self) -> Iterator[list[Account]]:
        """All accounts by ascending id."""
        last = 0
        while True:
            rows = self._certain([_get([["id", ">", last]], limit=PAGE)])
            users = [user_from(row, self._roles.powers()) for row in rows]
            if not users:
                return
            yield [user.account for user in users]
            last = max(int(user.account.id) for user in users)
            if len(users) < PAGE:
                return

    def mended(self, users: Sequence[User]) -> list[User]:
        """The users, the half-made ones made whole, which any update does.

        Nothing about them changes but the number that CiviCRM links them by (recording
        user_update_repairs_uf_id). In a dry run they stay as they are.
        """
        return [user if user.whole else self._mend(user) for user in users]

    def _mend(self, user: User) -> User:
        same = {"is_active": user.account.active}
        where = [["id", "=", int(user.account.id)]]
        try:
            self._api.call("User", "update", {"values": same, "where": where})
        except (DryRun, RejectedError, TransientError, UnknownOutcome):
            return user
        return User(user.account, user.contact_id, int(user.account.id))

    def _certain(self, calls: Sequence[Call]) -> list[Row]:
        """The rows of the calls, believed only where the witness is seen with them."""
        for _ in range(2):
            witness = _get([["id", "=", self.witness()]])
            *results, seen = self._api.all([*calls, witness])
            if seen.rows:
                rows = [row for result in results for row in result.rows]
                require(rows, SELECT, LOOKING)
                return rows
            self.look_anew()
        raise SiteError(BLIND)

    def _look_for_witness(self) -> int:
        me = self.caller()
        others: Where = [["contact_id", "IS NOT NULL"], ["id", "!=", me.user_id]]
        rows = self._api.all([_get(others, limit=1)])[0].rows
        if not rows:
            raise SiteError(BLIND)
        require(rows, SELECT, LOOKING)
        return int(str(rows[0]["id"]))


def _get(where: Where, limit: int = 0) -> Call:
    asked: dict[str, object] = {"select": SELECT, "where": where, "orderBy": {"id": "ASC"}}
    return Call("User", "get", {**asked, **({"limit": limit} if limit else {})})


def _only(user: User, users: Sequence[User]) -> bool:
    return [one.uf_id for one in users].count(user.uf_id) == 1
