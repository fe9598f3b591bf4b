"""Making users: looked up first, for SCIM lets two have one address; then singly or in bulk."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil

from latchkey.policy.values import NewAccount, same_address
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.sites.foreseen import without_role
from latchkey.sites.rounds import Outcome, in_rounds, seen
from latchkey.sites.scim.calls import BULK, USERS, Calls, objects, one_in, outcome_of
from latchkey.sites.scim.groups import NO_GROUP, Groups
from latchkey.sites.scim.reading import Reader
from latchkey.sites.scim.refusals import clash
from latchkey.sites.scim.users import user_for, without_field

BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
UNSEEN = "The service made the account and does not show it."
NOT_NAMED = "The service says that it is done, but not what came of it."
ENVELOPE = 200  # bytes that a bulk request has around its operations
ACT = "change users"

Made = str | RemoteError
"""The id of a user that was made, or why it was not."""
Body = Mapping[str, object]


class Maker:
    """Makes users, and puts them into their groups."""

    def __init__(self, calls: Calls, reader: Reader, groups: Groups, connections: int) -> None:
        self._calls = calls
        self._reader = reader
        self._groups = groups
        self._connections = connections

    def make(self, accounts: Sequence[NewAccount]) -> list[Outcome]:
        """One outcome for each, in order. Raises what `settled` does."""
        return in_rounds(accounts, self._unfit(accounts), self._clashes, self._round)

    def _unfit(self, accounts: Sequence[NewAccount]) -> dict[int, RejectedError]:
        """Those whose groups or fields the service does not have."""
        unknown = self._groups.unknown({role for one in accounts for role in one.roles})
        attributes = self._calls.abilities().attributes
        reasons = [
            without_field(one.fields, attributes) or without_role(unknown, one.roles, NO_GROUP)
            for one in accounts
        ]
        return {number: one for number, one in enumerate(reasons) if one is not None}

    def _clashes(self, accounts: Mapping[int, NewAccount]) -> dict[int, Outcome]:
        by_email = self._reader.find_by_emails([one.email for one in accounts.values()])
        by_name = self._reader.find_by_usernames([one.username for one in accounts.values()])
        clashes: dict[int, Outcome] = {}
        for number, account in accounts.items():
            there = by_email.get(same_address(account.email), [])
            existing = there[0] if there else by_name.get(account.username.casefold())
            if existing is not None:
                clashes[number] = conflict = clash("email" if there else "username")
                conflict.existing = existing
        return clashes

    def _round(self, accounts: Mapping[int, NewAccount]) -> dict[int, Outcome]:
        """Make accounts of which no two have the same name or address."""
        made = dict(zip(accounts, self._sent(list(accounts.values())), strict=True))
        ids = {number: id_ for number, id_ in made.items() if isinstance(id_, str)}
        self._groups.change(
            [(id_, role) for number, id_ in ids.items() for role in sorted(accounts[number].roles)],
            [],
        )
        outcomes: dict[int, Outcome] = {
            number: one for number, one in made.items() if not isinstance(one, str)
        }
        return {**outcomes, **seen(ids, self._reader.get, UNSEEN)}

    def _sent(self, accounts: Sequence[NewAccount]) -> list[Made]:
        if not accounts:
            return []
        most = self._calls.abilities().bulk
        size = max(1, min(most, ceil(len(accounts) / self._connections)))
        parts = _fitting(accounts, size, self._calls.abilities().bulk_size)
        act = self._bulk if size > 1 else self._singly
        done = self._calls.door.together([partial(act, part) for part in parts])
        return [made for part in done for made in part]

    def _singly(self, accounts: Sequence[NewAccount]) -> list[Made]:
        return [self._one(account) for account in accounts]

    def _one(self, account: NewAccount) -> Made:
        hidden = (account.password,)
        try:
            return str(
                one_in(self._calls.write("POST", USERS, user_for(account), hidden=hidden))["id"]
            )
        except RemoteError as error:
            return error

    def _bulk(self, accounts: Sequence[NewAccount]) -> list[Made]:
        """All in one request: each succeeds or fails for itself (RFC 7644, section 3.7)."""
        if len(accounts) == 1:
            return self._singly(accounts)
        hidden = tuple(account.password for account in accounts)
        listed = [_operation(number, account) for number, account in enumerate(accounts)]
        body = {"schemas": [BULK_REQUEST], "Operations": listed}
        try:
            answer = self._calls.write("POST", BULK, body, hidden=hidden)
        except RejectedError:  # as a whole, before any of it was done
            return self._singly(accounts)
        except RemoteError as error:
            return [error] * len(accounts)
        told = objects(answer.get("Operations")) if isinstance(answer, dict) else []
        named = {str(one.get("bulkId")): one for one in told}
        hidden += self._calls.hidden
        return [
            outcome_of(named[str(number)], ACT, hidden)
            if str(number) in named
            else UnknownOutcome(NOT_NAMED)
            for number in range(len(accounts))
        ]


def _operation(number: int, account: NewAccount) -> dict[str, object]:
    return {"method": "POST", "path": USERS, "bulkId": str(number), "data": user_for(account)}


def _fitting(accounts: Sequence[NewAccount], size: int, most: int) -> list[list[NewAccount]]:
    """The accounts in parts of at most `size`, none over `most` bytes (0: any)."""
    parts: list[list[NewAccount]] = [[]]
    room = most - ENVELOPE
    for number, account in enumerate(accounts):
        length = len(json.dumps(_operation(number, account))) + 1
        if parts[-1] and (len(parts[-1]) >= size or (most and length > room)):
            parts.append([])
            room = most - ENVELOPE
        parts[-1].append(account)
        room -= length
    return parts
