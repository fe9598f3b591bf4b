"""Standalone's reset mail, in both of its generations."""

from collections.abc import Sequence
from functools import partial
from threading import Lock

from latchkey.policy.values import Account
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.remote.http import HttpDoor
from latchkey.sites.outcomes import settled
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.users import User

NEW = "sendPasswordResetEmail"  # since 5.81
OLD = "sendPasswordReset"
MINUTES = 3 * 24 * 60
INACTIVE = "The account is not active, and its owner cannot log in."
NO_CONTACT = "The account has no contact, without which CiviCRM mails nobody: link it first."
GONE = "There is no such account any more."


class Mailing:
    """Has CiviCRM mail one-time links; which generation it has is asked once."""

    def __init__(self, api: Api, door: HttpDoor, reader: Reader) -> None:
        self._api = api
        self._door = door
        self._reader = reader
        self._lock = Lock()
        self._new: bool | None = None

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """One outcome for each. Raises what `settled` does."""
        if not accounts:
            return []
        ids = [int(one.id) for one in accounts if one.id.isascii() and one.id.isdigit()]
        users = {user.account.id: user for user in self._reader.find("id", ids)}
        is_new = self.is_new()
        asking = [partial(self._ask, users.get(one.id), is_new=is_new) for one in accounts]
        return settled(self._door.together(asking))

    def is_new(self) -> bool:
        """Whether it has the mail of 5.81 and later, which tells whether it went out."""
        with self._lock:
            if self._new is None:
                rows = self._api.call("User", "getActions", {"select": ["name"]}).rows
                self._new = any(row.get("name") == NEW for row in rows)
            return self._new

    def _ask(self, user: User | None, *, is_new: bool) -> RemoteError | None:
        if user is None:
            return Missing(GONE)
        if not user.account.active:
            return RejectedError(INACTIVE)
        if user.contact_id is None:  # answered with a page of status 500
            return RejectedError(NO_CONTACT)
        try:
            return self._ask_new(user) if is_new else self._ask_old(user)
        except RemoteError as error:
            return error

    def _ask_new(self, user: User) -> RemoteError | None:
        where = [["id", "=", int(user.account.id)]]
        rows = self._api.call("User", NEW, {"where": where, "timeout": MINUTES}).rows
        if not rows:
            return Missing(GONE)
        if any(row.get("is_error") for row in rows):
            return RejectedError("CiviCRM could not send the mail.")
        return None

    def _ask_old(self, user: User) -> RemoteError | None:
        """By address: names may be had twice. Its answer is the same whatever it did."""
        self._api.call("User", OLD, {"identifier": user.account.email})
        return None
