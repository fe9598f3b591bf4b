"""Making users: looked up first, then in batches, from which the bad ones are taken out."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil

from latchkey.policy.values import NewAccount, same_address
from latchkey.remote.errors import Conflict, RejectedError, RemoteError, UnknownOutcome
from latchkey.sites.foreseen import without_role
from latchkey.sites.moodle.calls import Calls, rows_in
from latchkey.sites.moodle.cohorts import Cohorts
from latchkey.sites.moodle.languages import Languages
from latchkey.sites.moodle.reading import Reader
from latchkey.sites.moodle.refusals import CREATE, UnfitError, clash
from latchkey.sites.moodle.users import body_of
from latchkey.sites.rounds import Outcome, in_rounds, seen

LARGEST_BATCH = 50
NO_COHORT = (
    "Moodle has no cohort {role}. Write its ID number, or its name where it has no ID number."
)
UNSEEN = "Moodle made the account and does not show it."
NOT_NAMED = "Moodle says that it is done, but not what came of it."

Made = str | RemoteError
"""The id of a user that was made, or why it was not."""


class Maker:
    """Makes users. A batch is all or nothing: a refused one is halved until the bad are alone."""

    def __init__(
        self, calls: Calls, reader: Reader, cohorts: Cohorts, languages: Languages, connections: int
    ) -> None:
        self._calls = calls
        self._reader = reader
        self._cohorts = cohorts
        self._languages = languages
        self._connections = connections

    def make(self, accounts: Sequence[NewAccount]) -> list[Outcome]:
        """One outcome for each, in order. Raises what `settled` does."""
        return in_rounds(accounts, self._unfit(accounts), self._clashes, self._round)

    def _unfit(self, accounts: Sequence[NewAccount]) -> dict[int, RejectedError]:
        unknown = self._cohorts.unknown({role for one in accounts for role in one.roles})
        reasons = [without_role(unknown, one.roles, NO_COHORT) for one in accounts]
        return {number: one for number, one in enumerate(reasons) if one is not None}

    def _clashes(self, accounts: Mapping[int, NewAccount]) -> dict[int, Conflict]:
        by_email = self._reader.find_by_emails([one.email for one in accounts.values()])
        names = [one.username.lower() for one in accounts.values()]
        by_username = {one.username: one for one in self._reader.find("username", names)}
        clashes: dict[int, Conflict] = {}
        for number, account in accounts.items():
            named = by_username.get(account.username.lower())
            there = by_email.get(same_address(account.email), [])
            if named or there:
                clashes[number] = clash("email" if there else "username")
                clashes[number].existing = there[0] if there else named
        return clashes

    def _round(self, accounts: Mapping[int, NewAccount]) -> dict[int, Outcome]:
        """Make accounts of which no two have the same name or address."""
        made: dict[int, Made] = {}
        for number, account in accounts.items():
            if self._languages.is_open(account.language):
                made[number] = self._first_in_its_language(account)
        rest = {number: one for number, one in accounts.items() if number not in made}
        made |= zip(rest, self._in_batches(list(rest.values())), strict=True)
        ids = {number: id_ for number, id_ in made.items() if isinstance(id_, str)}
        self._cohorts.change(
            [(id_, role) for number, id_ in ids.items() for role in sorted(accounts[number].roles)],
            [],
        )
        outcomes: dict[int, Outcome] = {
            n: one for n, one in made.items() if not isinstance(one, str)
        }
        return {**outcomes, **seen(ids, partial(self._reader.find, "id"), UNSEEN)}

    def _first_in_its_language(self, account: NewAccount) -> Made:
        """Make one account alone, by which is seen whether Moodle has its language."""
        outcome: Made = UnknownOutcome(NOT_NAMED)
        for language in (*self._languages.candidates(account.language), None):
            outcome = self._batch([account], language)[0]
            if isinstance(outcome, str):
                self._languages.learn(account.language, language)
            if not isinstance(outcome, UnfitError):
                return outcome
        return outcome

    def _in_batches(self, accounts: Sequence[NewAccount]) -> list[Made]:
        if not accounts:
            return []
        size = part_size(len(accounts), self._connections)
        parts = [accounts[start : start + size] for start in range(0, len(accounts), size)]
        done = self._calls.door.together([partial(self._part, part) for part in parts])
        return [made for part in done for made in part]

    def _part(self, accounts: Sequence[NewAccount]) -> list[Made]:
        made = self._batch(accounts)
        if len(accounts) == 1 or not all(isinstance(one, RejectedError) for one in made):
            return made
        middle = len(accounts) // 2
        return self._part(accounts[:middle]) + self._part(accounts[middle:])

    def _batch(self, accounts: Sequence[NewAccount], language: str | None = None) -> list[Made]:
        """All of them, or the same error for each."""
        users = [body_of(one, language or self._languages.proved(one.language)) for one in accounts]
        hidden = tuple(account.password for account in accounts)
        try:
            answer = self._calls(CREATE, {"users": users}, hidden=hidden)
        except RemoteError as error:
            return [error] * len(accounts)
        ids = {str(row.get("username")): str(row.get("id")) for row in rows_in(answer)}
        return [ids.get(one.username.lower()) or UnknownOutcome(NOT_NAMED) for one in accounts]


def part_size(accounts: int, connections: int) -> int:
    """How many go into one batch, so that every connection has something to do."""
    return max(1, min(LARGEST_BATCH, ceil(accounts / connections)))
