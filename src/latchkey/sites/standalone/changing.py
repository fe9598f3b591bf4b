"""Changing users in bulk, with every check that CiviCRM Standalone leaves out."""

from collections.abc import Mapping, Sequence
from functools import partial

from latchkey.policy.values import Account, AccountChange
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.remote.http import HttpDoor
from latchkey.sites.foreseen import without_role
from latchkey.sites.outcomes import settled
from latchkey.sites.standalone.clashes import NO_ROLE, address_taken, by_address
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.roles import Roles
from latchkey.sites.standalone.users import User, folded, language_of, unfit

AT_ONCE = 50
GONE = "There is no such account any more."
NO_PASSWORD = "CiviCRM Standalone takes a password only from the person it belongs to."  # noqa: S105 - a sentence

Outcome = Account | RemoteError
Record = Mapping[str, object]


class Changer:
    """Changes users; CiviCRM answers 200 to changes of users that are not there."""

    def __init__(self, api: Api, door: HttpDoor, reader: Reader, roles: Roles) -> None:
        self._api = api
        self._door = door
        self._reader = reader
        self._roles = roles

    def change(
        self, changes: Sequence[AccountChange], *, active: bool | None = None
    ) -> list[Outcome]:
        """One outcome for each, in order; `active` None leaves that as it is.

        Raises what `settled` does.
        """
        ids = [int(id_) for one in changes if (id_ := one.account.id).isascii() and id_.isdigit()]
        before = {user.account.id: user.account for user in self._reader.find("id", ids)}
        failed = self._refused(changes, before)
        records = [
            {"id": int(one.account.id), **_body(one, before[one.account.id], active=active)}
            for one in changes
            if one.account.id not in failed
        ]
        failed |= self._save_all([record for record in records if len(record) > 1])
        done = [id_ for id_ in ids if str(id_) not in failed]
        after = {user.account.id: user.account for user in self._reader.find("id", done)}
        names = [one.account.id for one in changes]
        return settled([failed.get(id_) or after.get(id_) or Missing(GONE) for id_ in names])

    def _refused(
        self, changes: Sequence[AccountChange], before: Mapping[str, Account]
    ) -> dict[str, RemoteError]:
        """What CiviCRM would answer with 200, and do otherwise or not at all."""
        unknown = self._roles.unknown({role for one in changes for role in one.roles or ()})
        emails = [one.email for one in changes if one.email]
        owners = by_address(self._reader.find("uf_name", emails))
        failed: dict[str, RemoteError] = {}
        for one in changes:
            there = one.account.id in before
            wrong = (
                (None if there else Missing(GONE))
                or without_role(unknown, one.roles, NO_ROLE)
                or unfit(username=None, email=one.email, fields=one.fields)
                or _of_another(one, owners)
            )
            if wrong:
                failed[one.account.id] = wrong
        return failed

    def _save_all(self, records: Sequence[Record]) -> dict[str, RemoteError]:
        parts = [records[start : start + AT_ONCE] for start in range(0, len(records), AT_ONCE)]
        done = self._door.together([partial(self._save, part) for part in parts]) if parts else []
        return {id_: error for part in done for id_, error in part.items()}

    def _save(self, records: Sequence[Record]) -> dict[str, RemoteError]:
        """What failed, by id. Saving a change again does no harm: at a bad one all go singly."""
        try:
            self._api.call("User", "save", {"records": list(records)})
        except RejectedError as error:
            if len(records) == 1:
                return {str(records[0]["id"]): error}
        except RemoteError as error:
            return {str(record["id"]): error for record in records}
        else:
            return {}
        return {id_: one for record in records for id_, one in self._save([record]).items()}


def _of_another(change: AccountChange, owners: Mapping[str, User]) -> RejectedError | None:
    if change.password is not None:
        return RejectedError(NO_PASSWORD)
    owner = owners.get(folded(change.email)) if change.email else None
    return address_taken(owner) if owner and owner.account.id != change.account.id else None


def _body(change: AccountChange, account: Account, *, active: bool | None) -> dict[str, object]:
    """What is to be another than it is."""
    wanted: dict[str, tuple[object, object]] = {
        "uf_name": (change.email, account.email),
        "language": (language_of(change.language), account.language),
        "is_active": (active, account.active),
        **{name: (value, account.fields.get(name)) for name, value in change.fields.items()},
    }
    body = {name: new for name, (new, old) in wanted.items() if new is not None and new != old}
    if change.roles is not None and change.roles != account.roles:
        body["roles:name"] = sorted(change.roles)
    return body
