"""Making and changing users, several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from latchkey.policy.values import Account
from latchkey.remote.errors import Missing, RemoteError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.joomla.api import OK, USERS, Api, parsed, record_in
from latchkey.sites.joomla.groups import Groups
from latchkey.sites.joomla.reading import Reader
from latchkey.sites.joomla.refusals import Refusal, write_error
from latchkey.sites.joomla.users import group_ids

GONE = "There is no such account any more."
Outcome = Account | RemoteError


@dataclass(frozen=True, slots=True)
class Write:
    """A user to make, or to change where `id` is given.

    `groups` None leaves them as they are: they are read first, since every change has to name them
    (recordings patch_unblock, patch_email_duplicate). No two writes that share something of
    `alone` are under way at once: Joomla looks for a taken address and then takes it, so that two
    at the same moment both succeed.
    """

    body: Mapping[str, object] = field(repr=False)
    alone: frozenset[str]
    groups: Sequence[int] | None
    id: str = ""
    password: str = field(default="", repr=False)


class Writer:
    """Carries out writes, and answers one outcome for each."""

    def __init__(self, api: Api, reader: Reader, groups: Groups) -> None:
        self._api = api
        self._reader = reader
        self._groups = groups

    def carry_out(self, prepared: Sequence[Write | Outcome]) -> list[Outcome | Refusal]:
        """The outcomes, in order; what is no Write has its outcome. Raises nothing."""
        writes = {i: one for i, one in enumerate(prepared) if isinstance(one, Write)}
        done: dict[int, Outcome | Refusal] = {
            i: one for i, one in enumerate(prepared) if not isinstance(one, Write)
        }
        for numbers in rounds(writes):
            calls = [partial(self._outcome, writes[number]) for number in numbers]
            done.update(zip(numbers, self._api.door.together(calls), strict=True))
        return [done[number] for number in range(len(prepared))]

    def _outcome(self, write: Write) -> Outcome | Refusal:
        try:
            return self._change(write) if write.id else self._make(write)
        except RemoteError as error:
            return error

    def _make(self, write: Write) -> Outcome | Refusal:
        body = {**write.body, "groups": list(write.groups or ())}
        return self._result(self._api.write("POST", USERS, body), "POST", write)

    def _change(self, write: Write) -> Outcome | Refusal:
        ids = write.groups
        if ids is None:
            user = self._reader.user(write.id)
            if user is None:
                return Missing(GONE)
            ids = sorted(group_ids(user)) or [self._groups.tree().root]
        body = {**write.body, "groups": list(ids)}
        answer = self._api.write("PATCH", f"{USERS}/{write.id}", body)
        result = self._result(answer, "PATCH", write)
        if isinstance(result, Refusal) and self._reader.user(write.id) is None:
            return Missing(GONE)  # Joomla complains of lacking fields (recording patch_unknown)
        return result

    def _result(self, answer: Answer, method: str, write: Write) -> Outcome | Refusal:
        if answer.status != OK:
            return write_error(answer, method, (write.password, *self._api.hidden))
        user = record_in(parsed(answer))
        if user is None:
            return UnknownOutcome("Joomla says that it is done, but not what came of it.")
        return self._reader.account(user)


def rounds(writes: Mapping[int, Write]) -> list[list[int]]:
    """The numbers of the writes, in rounds of such as may be under way at once."""
    turns: dict[str, int] = {}
    done: list[list[int]] = []
    for number, write in writes.items():
        turn = max((turns[name] + 1 for name in write.alone if name in turns), default=0)
        turns.update(dict.fromkeys(write.alone, turn))
        if turn == len(done):
            done.append([])
        done[turn].append(number)
    return done
