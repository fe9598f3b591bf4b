"""Making users: looked up first, then in batches, from which the bad ones are taken out."""

from collections.abc import Mapping, Sequence
from functools import partial
from math import ceil

from latchkey.policy.values import Account, NewAccount, same_address
from latchkey.remote.errors import Conflict, RejectedError, RemoteError, UnknownOutcome
from latchkey.sites.moodle.calls import Calls, rows_in
from latchkey.sites.moodle.cohorts import Cohorts
from latchkey.sites.moodle.languages import Languages
from latchkey.sites.moodle.reading import Reader
from latchkey.sites.moodle.refusals import CREATE, UnfitError, clash
from latchkey.sites.moodle.users import body_of
from latchkey.sites.outcomes import settled

LARGEST_BATCH = 50
NO_COHORT = (
    "Moodle has no cohort {role}. Write its ID number, or its name where it has no ID number."
)
UNSEEN = "Moodle made the account and does not show it."
NOT_NAMED = "Moodle says that it is done, but not what came of it."

Outcome = Account | RemoteError
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
        outcomes: dict[int, Outcome] = {}
        waiting = self._with_known_roles(dict(enumerate(accounts)), outcomes)
        while waiting:
            free, later = _apart(self._not_in_the_way(waiting, outcomes))
            outcomes |= self._round(free)
            waiting = later
        return settled([outcomes[number] for number in range(len(accounts))])

    def _with_known_roles(
        self, accounts: Mapping[int, NewAccount], outcomes: dict[int, Outcome]
    ) -> dict[int, NewAccount]:
        unknown = self._cohorts.unknown({role for one in accounts.values() for role in one.roles})
        kept: dict[int, NewAccount] = {}
        for number, account in accounts.items():
            role = next((role for role in unknown if role in account.roles), None)
            if role is None:
                kept[number] = account
            else:
                outcomes[number] = RejectedError(NO_COHORT.format(role=role), role)
        return kept

    def _not_in_the_way(
        self, accounts: Mapping[int, NewAccount], outcomes: dict[int, Outcome]
    ) -> dict[int, NewAccount]:
        clashes = self._clashes(accounts)
        outcomes |= clashes
        return {number: one for number, one in accounts.items() if number not in clashes}

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
        outcomes |= self._seen(ids)
        return self._explained(accounts, outcomes)

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

    def _seen(self, ids: Mapping[int, str]) -> dict[int, Outcome]:
        """The accounts as Moodle shows them now; the caller compares."""
        try:
            there = {one.id: one for one in self._reader.find("id", list(ids.values()))}
        except RemoteError as error:
            return dict.fromkeys(ids, UnknownOutcome(f"{UNSEEN} {error}"))
        return {number: there.get(id_) or UnknownOutcome(UNSEEN) for number, id_ in ids.items()}

    def _explained(
        self, accounts: Mapping[int, NewAccount], outcomes: dict[int, Outcome]
    ) -> dict[int, Outcome]:
        """Refusals that are clashes after all: somebody else was faster than we."""
        refused = {n: accounts[n] for n, one in outcomes.items() if isinstance(one, RejectedError)}
        if not refused:
            return outcomes
        try:
            return {**outcomes, **self._clashes(refused)}
        except RemoteError as error:
            return {**outcomes, **dict.fromkeys(refused, error)}


def _apart(
    accounts: Mapping[int, NewAccount],
) -> tuple[dict[int, NewAccount], dict[int, NewAccount]]:
    """Those to be made now, and those that would clash with one of them."""
    now: dict[int, NewAccount] = {}
    later: dict[int, NewAccount] = {}
    taken: set[str] = set()
    for number, account in accounts.items():
        own = {same_address(account.email), account.username.casefold()}
        (later if own & taken else now)[number] = account
        taken |= own
    return now, later


def part_size(accounts: int, connections: int) -> int:
    """How many go into one batch, so that every connection has something to do."""
    return max(1, min(LARGEST_BATCH, ceil(accounts / connections)))
