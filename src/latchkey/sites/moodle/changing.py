"""Changing users: Moodle answers one warning for each that it did not change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from latchkey.policy.values import Account, AccountChange, same_address
from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.sites.foreseen import without_role
from latchkey.sites.moodle.calls import Calls, under
from latchkey.sites.moodle.cohorts import Cohorts, Membership
from latchkey.sites.moodle.languages import Languages
from latchkey.sites.moodle.making import NO_COHORT
from latchkey.sites.moodle.reading import Reader
from latchkey.sites.moodle.refusals import UPDATE, clash, warning_error
from latchkey.sites.moodle.users import custom_fields, sorted_fields
from latchkey.sites.outcomes import settled

AT_ONCE = 50
GONE = "There is no such account any more."
NO_FIELD = (
    "Moodle has no field {field}. Write the short name of a custom profile field that is there."
)

Outcome = Account | RemoteError


@dataclass(frozen=True, slots=True)
class Wish:
    """A change, and whether the account is to be suspended; None leaves that as it is."""

    change: AccountChange
    suspended: bool | None = None

    @property
    def id(self) -> str:
        """The account's."""
        return self.change.account.id


class Changer:
    """Changes users: their own fields in one request for many, then their cohorts."""

    def __init__(
        self, calls: Calls, reader: Reader, cohorts: Cohorts, languages: Languages
    ) -> None:
        self._calls = calls
        self._reader = reader
        self._cohorts = cohorts
        self._languages = languages

    def change(self, wishes: Sequence[Wish]) -> list[Outcome]:
        """One outcome for each, in order. Raises what `settled` does."""
        ids = [wish.id for wish in wishes]
        before = {one.id: one for one in self._reader.find("id", _numbers(ids))}
        failed = self._refused(wishes, before)
        failed |= self._write([wish for wish in wishes if wish.id not in failed], before)
        failed |= self._move([wish for wish in wishes if wish.id not in failed], before)
        done = [id_ for id_ in ids if id_ not in failed]
        after = {one.id: one for one in self._reader.find("id", done)} if done else {}
        return settled([failed.get(wish.id) or _outcome(wish, after) for wish in wishes])

    def _refused(
        self, wishes: Sequence[Wish], before: Mapping[str, Account]
    ) -> dict[str, RemoteError]:
        """What we see ourselves: who is gone, which cohort there is not, whose address is taken."""
        failed: dict[str, RemoteError] = {}
        roles = {role for wish in wishes for role in wish.change.roles or ()}
        unknown = self._cohorts.unknown(roles)
        owners = self._reader.find_by_emails([w.change.email for w in wishes if w.change.email])
        for wish in wishes:
            lacking = without_role(unknown, wish.change.roles, NO_COHORT)
            others = owners.get(same_address(wish.change.email or ""), [])
            other = next((one for one in others if one.id != wish.id), None)
            if wish.id not in before:
                failed[wish.id] = Missing(GONE)
            elif lacking is not None:
                failed[wish.id] = lacking
            elif other is not None:
                failed[wish.id] = taken = clash("email")
                taken.existing = other
        return failed

    def _write(
        self, wishes: Sequence[Wish], before: Mapping[str, Account]
    ) -> dict[str, RemoteError]:
        bodies = {wish.id: self._body(wish, before[wish.id]) for wish in wishes}
        lacking = [wish for wish in wishes if len(bodies[wish.id]) > 1]
        parts = [lacking[start : start + AT_ONCE] for start in range(0, len(lacking), AT_ONCE)]
        if not parts:
            return {}
        done = self._calls.door.together([partial(self._part, part, bodies) for part in parts])
        return {id_: error for part in done for id_, error in part.items()}

    def _part(
        self, wishes: Sequence[Wish], bodies: Mapping[str, Mapping[str, object]]
    ) -> dict[str, RemoteError]:
        hidden = tuple(wish.change.password or "" for wish in wishes)
        users = [bodies[wish.id] for wish in wishes]
        try:
            warnings = under(self._calls(UPDATE, {"users": users}, hidden=hidden), "warnings")
        except RejectedError as error:  # a value that is no value at all spoils the whole request
            if len(wishes) == 1:
                return {wishes[0].id: error}
            middle = len(wishes) // 2
            return self._part(wishes[:middle], bodies) | self._part(wishes[middle:], bodies)
        except RemoteError as error:
            return {wish.id: error for wish in wishes}
        hidden = (*hidden, *self._calls.hidden)
        return {str(one.get("itemid")): warning_error(one, hidden) for one in warnings}

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
        return self._cohorts.change(into, out)

    def _body(self, wish: Wish, account: Account) -> dict[str, object]:
        """What is sent for one user: its id, and what is to be another than it is."""
        change = wish.change
        body: dict[str, object] = {"id": account.id}
        lacking = {n: v for n, v in change.fields.items() if account.fields.get(n) != v}
        body |= sorted_fields(lacking)
        language = self._languages.proved(change.language)
        wanted: dict[str, tuple[object, object]] = {
            "email": (change.email, account.email),
            "password": (change.password, None),
            "lang": (language, account.language),
        }
        body |= {name: new for name, (new, old) in wanted.items() if new and new != old}
        if wish.suspended is not None and wish.suspended is account.active:
            body["suspended"] = int(wish.suspended)
        return body


def _outcome(wish: Wish, after: Mapping[str, Account]) -> Outcome:
    account = after.get(wish.id)
    if account is None:
        return Missing(GONE)
    for name in custom_fields(wish.change.fields):
        if wish.change.fields[name] and name not in account.fields:
            return RejectedError(NO_FIELD.format(field=name))
    return account


def _numbers(ids: Sequence[str]) -> list[str]:
    """What can be an id at all."""
    return [id_ for id_ in ids if id_.isascii() and id_.isdigit()]
