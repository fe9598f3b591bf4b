"""Changing users: by PATCH where the service has it, else by PUT of the whole user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from latchkey.policy.values import Account, AccountChange, same_address
from latchkey.remote.errors import Missing, RemoteError
from latchkey.sites.foreseen import without_role
from latchkey.sites.outcomes import settled
from latchkey.sites.scim.calls import USERS, Calls, Row
from latchkey.sites.scim.groups import NO_GROUP, Groups, Membership
from latchkey.sites.scim.reading import Reader
from latchkey.sites.scim.refusals import GONE, ChangedError, clash
from latchkey.sites.scim.users import (
    operations,
    patch_of,
    replaced,
    version_of,
    without_field,
)

Outcome = Account | RemoteError


@dataclass(frozen=True, slots=True)
class Wish:
    """A change, and whether the account is to be active; None leaves that as it is."""

    change: AccountChange
    active: bool | None = None

    @property
    def id(self) -> str:
        """The account's."""
        return self.change.account.id


class Changer:
    """Changes users: their attributes first, then their groups."""

    def __init__(self, calls: Calls, reader: Reader, groups: Groups) -> None:
        self._calls = calls
        self._reader = reader
        self._groups = groups

    def change(self, wishes: Sequence[Wish]) -> list[Outcome]:
        """One outcome for each, in order. Raises what `settled` does."""
        ids = [wish.id for wish in wishes]
        rows = self._reader.rows_of(ids)
        before = {one.id: one for one in self._reader.accounts_from(list(rows.values()))}
        failed = self._refused(wishes, before)
        failed |= self._write([wish for wish in wishes if wish.id not in failed], rows)
        failed |= self._move([wish for wish in wishes if wish.id not in failed], before)
        after = {one.id: one for one in self._reader.get([i for i in ids if i not in failed])}
        return settled([failed.get(id_) or after.get(id_) or Missing(GONE) for id_ in ids])

    def _refused(
        self, wishes: Sequence[Wish], before: Mapping[str, Account]
    ) -> dict[str, RemoteError]:
        """What we see ourselves: who is gone, which group there is not, whose address is taken."""
        roles = {role for wish in wishes for role in wish.change.roles or ()}
        unknown = self._groups.unknown(roles)
        addresses = [wish.change.email for wish in wishes if wish.change.email]
        owners = self._reader.find_by_emails(addresses) if addresses else {}
        reasons = {wish.id: self._reason(wish, before, unknown, owners) for wish in wishes}
        return {id_: error for id_, error in reasons.items() if error is not None}

    def _reason(
        self,
        wish: Wish,
        before: Mapping[str, Account],
        unknown: Sequence[str],
        owners: Mapping[str, list[Account]],
    ) -> RemoteError | None:
        if wish.id not in before:
            return Missing(GONE)
        lacking = without_role(unknown, wish.change.roles, NO_GROUP)
        if lacking is not None:
            return lacking
        others = owners.get(same_address(wish.change.email or ""), [])
        other = next((one for one in others if one.id != wish.id), None)
        if other is not None:
            taken = clash("email")
            taken.existing = other
            return taken
        return without_field(wish.change.fields, self._calls.abilities().attributes)

    def _write(self, wishes: Sequence[Wish], rows: Mapping[str, Row]) -> dict[str, RemoteError]:
        if not wishes:
            return {}
        writes = [partial(self._one, wish, rows[wish.id]) for wish in wishes]
        done = zip(wishes, self._calls.door.together(writes), strict=True)
        return {wish.id: error for wish, error in done if error is not None}

    def _one(self, wish: Wish, row: Row) -> RemoteError | None:
        try:
            self._send(wish, row)
        except ChangedError:  # somebody else changed it since we looked: look again, once
            try:
                again = self._reader.rows_of([wish.id]).get(wish.id)
                if again is None:
                    return Missing(GONE)
                self._send(wish, again)
            except RemoteError as error:
                return error
        except RemoteError as error:
            return error
        return None

    def _send(self, wish: Wish, row: Row) -> None:
        listed = operations(row, wish.change, active=wish.active)
        if not listed:
            return
        path, hidden = f"{USERS}/{quote(wish.id, safe='')}", (wish.change.password or "",)
        if self._calls.abilities().patch:
            method, body = "PATCH", patch_of(listed)
        else:
            method, body = "PUT", replaced(row, wish.change, active=wish.active)
        self._calls.write(method, path, body, version=version_of(row), hidden=hidden)

    def _move(
        self, wishes: Sequence[Wish], before: Mapping[str, Account]
    ) -> dict[str, RemoteError]:
        into: list[Membership] = []
        out: list[Membership] = []
        for wish in wishes:
            if wish.change.roles is None:
                continue
            had = before[wish.id].roles
            into += [(wish.id, role) for role in sorted(wish.change.roles - had)]
            out += [(wish.id, role) for role in sorted(had - wish.change.roles)]
        unknown = self._groups.unknown({role for _, role in out})
        return self._groups.change(into, [one for one in out if one[1] not in unknown])
