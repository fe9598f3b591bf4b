"""Making users in bulk, with every check that CiviCRM Standalone leaves out."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil
from threading import Lock

from latchkey.policy.values import NewAccount
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.remote.http import HttpDoor
from latchkey.sites.foreseen import without_role
from latchkey.sites.rounds import Accounts, Outcome, in_rounds
from latchkey.sites.standalone.clashes import NO_ROLE, by_address, clashes
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.roles import Roles
from latchkey.sites.standalone.users import User, folded, record_of, unfit

AT_ONCE = 50
UNSEEN = "CiviCRM says that it made the user, and does not show it."


class Maker:
    """Makes users, one call at a time: newer installations take a username twice."""

    def __init__(
        self, api: Api, door: HttpDoor, reader: Reader, roles: Roles, connections: int
    ) -> None:
        self._api = api
        self._door = door
        self._reader = reader
        self._roles = roles
        self._connections = connections
        self._one_at_a_time = Lock()

    def make(self, accounts: Sequence[NewAccount]) -> list[Outcome]:
        """One outcome for each, in order. Raises what `settled` does."""
        with self._one_at_a_time:
            return in_rounds(
                accounts,
                self._unfit(accounts),
                partial(clashes, self._reader),
                self._round,
                _claims,
            )

    def _unfit(self, accounts: Sequence[NewAccount]) -> dict[int, RejectedError]:
        unknown = self._roles.unknown({role for one in accounts for role in one.roles})
        wrong: dict[int, RejectedError] = {}
        for number, one in enumerate(accounts):
            error = without_role(unknown, one.roles, NO_ROLE) or unfit(
                username=one.username, email=one.email, fields=one.fields
            )
            if error:
                wrong[number] = error
        return wrong

    def _round(self, accounts: Accounts) -> dict[int, Outcome]:
        """Make users of whom no two have anything in common."""
        if not accounts:
            return {}
        numbers = list(accounts)
        size = max(1, min(AT_ONCE, ceil(len(numbers) / self._connections)))
        parts = [numbers[start : start + size] for start in range(0, len(numbers), size)]
        calls = [partial(self._part, {n: accounts[n] for n in part}) for part in parts]
        failed = {n: one for part in self._door.together(calls) for n, one in part.items()}
        made = {number: one for number, one in accounts.items() if number not in failed}
        return {**failed, **self._seen(made)}

    def _part(self, accounts: Accounts) -> dict[int, RemoteError]:
        """What failed. A bulk save that breaks off has made some, which are made whole."""
        try:
            passwords = tuple(one.password for one in accounts.values())
            self._save([record_of(one) for one in accounts.values()], passwords)
        except RejectedError as error:
            if len(accounts) == 1:
                return dict.fromkeys(accounts, error)
        except RemoteError as error:
            return dict.fromkeys(accounts, error)
        else:
            return {}
        try:
            there = self._completed(accounts)
        except RemoteError as error:
            lost = UnknownOutcome(f"CiviCRM broke off, and cannot be looked into: {error}")
            return dict.fromkeys(accounts, lost)
        alone = [self._part({n: one}) for n, one in accounts.items() if n not in there]
        return {number: error for part in alone for number, error in part.items()}

    def _completed(self, accounts: Accounts) -> dict[int, User]:
        """Those that are there in spite of an error, given the roles that they may lack."""
        there = self._there(accounts)
        lacking = [
            {"id": int(user.account.id), "roles:name": sorted(accounts[number].roles)}
            for number, user in there.items()
            if user.account.roles != accounts[number].roles
        ]
        if lacking:
            self._save(lacking)
        return there

    def _there(self, accounts: Accounts) -> dict[int, User]:
        """Those of the accounts that are there now, made whole."""
        users = self._reader.find("uf_name", [one.email for one in accounts.values()])
        found = by_address(self._reader.mended(users))
        addresses = {number: folded(one.email) for number, one in accounts.items()}
        return {n: found[address] for n, address in addresses.items() if address in found}

    def _seen(self, accounts: Accounts) -> dict[int, Outcome]:
        """The accounts as CiviCRM shows them now: its answers to writes do not tell the roles."""
        if not accounts:
            return {}
        try:
            there = self._there(accounts)
        except RemoteError as error:
            return dict.fromkeys(accounts, UnknownOutcome(f"{UNSEEN} {error}"))
        return {n: there[n].account if n in there else UnknownOutcome(UNSEEN) for n in accounts}

    def _save(self, records: Sequence[Mapping[str, object]], hidden: tuple[str, ...] = ()) -> None:
        self._api.call("User", "save", {"records": list(records)}, hidden=hidden)


def _claims(account: NewAccount) -> frozenset[object]:
    """What no other user may have: besides names, the contact, and the id that we choose."""
    contact = () if account.contact_id is None else (("contact", account.contact_id),)
    uf_id = record_of(account)["uf_id"]
    return frozenset({folded(account.email), folded(account.username), uf_id, *contact})
