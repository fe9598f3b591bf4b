"""Making and changing users: several at once, never two with one address or name together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from uuid import UUID

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import Conflict, Missing, RejectedError, RemoteError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.drupal import rest_resource
from latchkey.sites.drupal.documents import USERS, document
from latchkey.sites.drupal.jsonapi import JsonApi, done
from latchkey.sites.drupal.reading import MAIL, Reader
from latchkey.sites.drupal.refusals import (
    CLASHES,
    GONE,
    LANGUAGE,
    TAKEN,
    Asked,
    PerhapsTaken,
    refusal_in,
)
from latchkey.sites.drupal.roles import NOT_SHOWN, RoleBook
from latchkey.sites.drupal.turns import Underway, turns
from latchkey.sites.drupal.users import document_for, langcodes_for
from latchkey.sites.outcomes import settled

UNPROCESSABLE = 422
Outcome = Account | RemoteError


@dataclass(frozen=True, slots=True)
class Write:
    """A user to make, or to change where `id` is given.

    `email` is a new address, empty where it stays; `roles` None leaves them. Drupal looks for a
    taken address and then takes it, so no two writes that share something of `alone` are under
    way at once.
    """

    attributes: Mapping[str, object] = field(repr=False)
    alone: frozenset[str]
    id: str = ""
    key: UUID | None = None
    email: str = ""
    roles: frozenset[str] | None = None
    language: str | None = None
    password: str = field(default="", repr=False)


class Writer:
    """Carries out writes, and answers one outcome for each."""

    def __init__(self, api: JsonApi, reader: Reader, book: RoleBook) -> None:
        self._api = api
        self._reader = reader
        self._book = book
        self._lock = Lock()
        self._absent: set[str] = set()
        self._underway = Underway()

    def carry_out(self, prepared: Sequence[Write | Outcome]) -> list[Outcome]:
        """The outcomes, in order; what is no Write has its outcome. Raises what `settled` does."""
        writes = {i: one for i, one in enumerate(prepared) if isinstance(one, Write)}
        outcomes = {i: one for i, one in enumerate(prepared) if not isinstance(one, Write)}
        for numbers in turns({i: one.alone for i, one in writes.items()}):
            with self._underway.alone(name for n in numbers for name in writes[n].alone):
                done_now = self._turn([writes[number] for number in numbers])
            outcomes.update(zip(numbers, done_now, strict=True))
        return settled([outcomes[number] for number in range(len(prepared))])

    def _turn(self, writes: Sequence[Write]) -> list[Outcome]:
        """Look first, for no database keeps two accounts from having one address."""
        try:
            taken = self._reader.find([same_address(w.email) for w in writes if w.email], MAIL)
            uuids = self._book.uuids_of(role for w in writes for role in w.roles or ())
        except RemoteError as error:
            return [error] * len(writes)
        known = [not w.roles or w.roles <= set(uuids) for w in writes]
        # The first account with a role that only REST can give makes its UUID known to the others.
        first = {i: self._by_name(w, taken) for i, w in enumerate(writes) if not known[i]}
        calls = [partial(self._one, w, taken) for w, yes in zip(writes, known, strict=True) if yes]
        rest = iter(self._api.together(calls) if calls else [])
        return [first[i] if i in first else next(rest) for i in range(len(writes))]

    def _one(self, write: Write, taken: Mapping[str, list[Account]]) -> Outcome:
        try:
            return _in_the_way(write, taken) or self._sent(write)
        except RemoteError as error:
            return self._named(write, error)

    def _by_name(self, write: Write, taken: Mapping[str, list[Account]]) -> Outcome:
        roles = write.roles or frozenset()
        if roles <= set(self._book.uuids_of(roles)):
            return self._one(write, taken)
        try:
            return _in_the_way(write, taken) or self._sent_by_name(write, roles)
        except RemoteError as error:
            return self._named(write, error)

    def _sent(self, write: Write) -> Account:
        try:
            return self._tried(write)
        except RejectedError as error:
            if error.unknown_role is None or not self._has_another_uuid(error.unknown_role):
                raise
        return self._tried(write)

    def _has_another_uuid(self, role: str) -> bool:
        """Whether a role was deleted and made again since we learnt its UUID."""
        before = self._book.uuids_of([role])
        self._book.forget([role])
        fresh = self._book.uuids_of([role])
        return bool(fresh) and fresh != before

    def _tried(self, write: Write) -> Account:
        uuids = None if write.roles is None else self._uuids(write.roles)
        asked = self._asked(write, uuids or {})
        for langcode in (*self._langcodes(write.language), None):
            extra = {LANGUAGE: langcode} if langcode else {}
            answer = self._posted(write, {**write.attributes, **extra}, uuids)
            if langcode and self._is_absent(answer, langcode):
                continue
            return self._account_in(answer, asked)
        raise AssertionError("the last try is without a language")

    def _uuids(self, roles: frozenset[str]) -> Mapping[str, str]:
        """The UUIDs of all of the roles, or none: fewer than asked for are not given."""
        uuids = self._book.uuids_of(roles)
        lacking = sorted(roles - set(uuids))
        if lacking:
            raise RejectedError(NOT_SHOWN.format(role=lacking[0]), lacking[0])
        return uuids

    def _posted(
        self, write: Write, attributes: Mapping[str, object], uuids: Mapping[str, str] | None
    ) -> Answer:
        roles = None if uuids is None else uuids.values()
        if write.id:
            body = document_for(attributes, id_=write.id, roles=roles)
            return self._api.write("PATCH", f"{USERS}/{write.id}", body)
        key = str(write.key) if write.key else None
        return self._api.write("POST", USERS, document_for(attributes, id_=key, roles=roles))

    def _sent_by_name(self, write: Write, roles: frozenset[str]) -> Account:
        asked = self._asked(write, {})
        if not write.id:
            key = {"uuid": str(write.key)} if write.key else {}
            values = {**write.attributes, **key}
            made = rest_resource.create(self._api, self._book, values, roles, asked)
            return self._reader.account_in(made)
        number = self._reader.number_of(write.id)
        if number is None:
            raise Missing(GONE)
        rest_resource.give_roles(self._api, self._book, number, roles, asked)
        return self._sent(write)

    def _account_in(self, answer: Answer, asked: Asked) -> Account:
        row = document(done(answer, asked), "data")
        if not row:
            raise UnknownOutcome("Drupal says that it is done, but not what came of it.")
        return self._reader.account_in(row)

    def _asked(self, write: Write, uuids: Mapping[str, str]) -> Asked:
        hidden = (write.password, *self._api.asked.hidden)
        return Asked(hidden, {uuid: name for name, uuid in uuids.items()})

    def _langcodes(self, language: str | None) -> list[str]:
        with self._lock:
            return [one for one in langcodes_for(language) if one not in self._absent]

    def _is_absent(self, answer: Answer, langcode: str) -> bool:
        """Whether the site lacks the language: nothing was done then, and it is remembered."""
        if answer.status != UNPROCESSABLE or LANGUAGE not in refusal_in(answer).fields:
            return False
        with self._lock:
            self._absent.add(langcode)
        return True

    def _named(self, write: Write, error: RemoteError) -> RemoteError:
        """The error, with the account that is in the way where there is one.

        Where looking it up fails, that failure takes the place of the error: nothing was done.
        """
        try:
            return self._with_existing(write, error)
        except RemoteError as failure:
            return failure

    def _with_existing(self, write: Write, error: RemoteError) -> RemoteError:
        if isinstance(error, PerhapsTaken):
            existing = self._existing(write, error.on)
            if existing:
                return Conflict(TAKEN[error.on], error.on, existing)
            return RejectedError(str(error))
        if isinstance(error, Conflict) and error.existing is None:
            error.existing = self._existing(write, error.on)
        return error

    def _existing(self, write: Write, on: str) -> Account | None:
        keyed = self._reader.by_ids([str(write.key)]) if write.key else {}
        path = next((path for path, name in CLASHES.items() if name == on), "")
        value = str(write.attributes.get(path) or "")
        same = self._reader.same_in_database(path, value) if value else []
        others = [one for one in (*same, *keyed.values()) if one.id != write.id]
        return next(iter(others), None)


def _in_the_way(write: Write, taken: Mapping[str, list[Account]]) -> Conflict | None:
    """The conflict with an account that has the address already."""
    holders = taken.get(same_address(write.email), []) if write.email else []
    other = next((one for one in holders if one.id != write.id), None)
    return Conflict(TAKEN["email"], "email", other) if other else None
