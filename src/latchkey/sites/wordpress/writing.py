"""Making and changing users: in batches where the site takes them, several at once in any case."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import ceil

from latchkey.policy.values import Account, same_address
from latchkey.remote.errors import Conflict, RemoteError, SiteError, UnknownOutcome
from latchkey.remote.http import Answer
from latchkey.sites.outcomes import settled
from latchkey.sites.wordpress.refusals import TAKEN, Asked, error_for, refusal_in
from latchkey.sites.wordpress.rest import USERS, Rest, parsed
from latchkey.sites.wordpress.users import ASKED, account_from

BATCH = "/batch/v1"
LARGEST_BATCH = 25  # recording batch-options
DONE = (200, 201)
NOT_BATCHED = "rest_batch_not_allowed"
Outcome = Account | RemoteError
Holders = Callable[[Sequence[str]], Mapping[str, Sequence[Account]]]


@dataclass(frozen=True, slots=True)
class Write:
    """A user to make, or to change where `id` is given.

    No two writes that share something of `alone` are under way at once: WordPress looks for a
    taken address and then takes it, so that two at the same moment both succeed. `email` is a new
    address, empty where it stays.
    """

    body: Mapping[str, object] = field(repr=False)
    alone: frozenset[str]
    id: str = ""
    email: str = ""
    roles: frozenset[str] = frozenset()
    password: str = field(default="", repr=False)

    @property
    def route(self) -> str:
        """The route it is posted to."""
        return f"{USERS}/{self.id}" if self.id else USERS


class Writer:
    """Carries out writes, and answers one outcome for each. `holders` finds accounts by address."""

    def __init__(self, rest: Rest, connections: int, holders: Holders) -> None:
        self._rest = rest
        self._connections = connections
        self._holders = holders

    def carry_out(self, prepared: Sequence[Write | Outcome]) -> list[Outcome]:
        """The outcomes, in order; what is no Write has its outcome. Raises what `settled` does."""
        writes = {i: one for i, one in enumerate(prepared) if isinstance(one, Write)}
        outcomes = {i: one for i, one in enumerate(prepared) if not isinstance(one, Write)}
        for numbers in rounds(writes):
            done = self._round([writes[number] for number in numbers])
            outcomes.update(zip(numbers, done, strict=True))
        return settled([outcomes[number] for number in range(len(prepared))])

    def _round(self, writes: Sequence[Write]) -> list[Outcome]:
        try:
            taken = self._taken(writes)
        except RemoteError as error:
            return [error] * len(writes)
        free = [write for number, write in enumerate(writes) if number not in taken]
        size = part_size(len(free), self._connections) if self._rest.offer().batch else 1
        parts = [free[start : start + size] for start in range(0, len(free), size)]
        done = self._rest.door.together([partial(self._part, part) for part in parts])
        outcomes = iter([outcome for part in done for outcome in part])
        return [taken.get(number) or next(outcomes) for number in range(len(writes))]

    def _taken(self, writes: Sequence[Write]) -> dict[int, Conflict]:
        """Those whose address WordPress would take twice.

        It stores an `&` as `&amp;`, and looks for `&` when it looks whether somebody has it.
        """
        blind = {number: write for number, write in enumerate(writes) if "&" in write.email}
        holders = self._holders([write.email for write in blind.values()]) if blind else {}
        found: dict[int, Conflict] = {}
        for number, write in blind.items():
            others = [
                one for one in holders.get(same_address(write.email), ()) if one.id != write.id
            ]
            if others:
                found[number] = Conflict(TAKEN.format(what="e-mail address"), "email", others[0])
        return found

    def _part(self, writes: Sequence[Write]) -> list[Outcome]:
        return [self._single(writes[0])] if len(writes) == 1 else self._batch(writes)

    def _single(self, write: Write) -> Outcome:
        try:
            answer = self._rest.write(write.route, {"_fields": ASKED}, write.body)
            return self._outcome(write, answer.status, _body(answer))
        except RemoteError as error:
            return error

    def _batch(self, writes: Sequence[Write]) -> list[Outcome]:
        try:
            answer = self._rest.write(BATCH, {}, {"requests": [_request(one) for one in writes]})
            if 400 <= answer.status < 500:  # noqa: PLR2004 - refused as a whole: nothing was done
                self._rest.without_batch()
                return [self._single(write) for write in writes]
            answers = answers_in(_body(answer), len(writes))
        except RemoteError as error:
            return [error] * len(writes)
        return [self._item(*pair) for pair in zip(writes, answers, strict=True)]

    def _item(self, write: Write, answer: tuple[int, object] | None) -> Outcome:
        if answer is None:
            return UnknownOutcome("WordPress left this one out of its answer; it may be done.")
        status, body = answer
        if refusal_in(status, body).code == NOT_BATCHED:
            self._rest.without_batch()
            return self._single(write)
        return self._outcome(write, status, body)

    def _outcome(self, write: Write, status: int, body: object) -> Outcome:
        if status in DONE:
            lost = "WordPress says that it is done, but not what came of it."
            return account_from(body) or UnknownOutcome(lost)
        hidden = (write.password, *self._rest.hidden)
        asked = Asked(self._rest.me().capabilities, write.roles, hidden)
        return error_for(refusal_in(status, body), asked)


def rounds(writes: Mapping[int, Write]) -> list[list[int]]:
    """The numbers of the writes, in rounds of such as may be under way at once."""
    done: list[list[int]] = []
    held: list[set[str]] = []
    for number, write in writes.items():
        later = max((i + 1 for i, names in enumerate(held) if names & write.alone), default=0)
        if later == len(done):
            done.append([])
            held.append(set())
        done[later].append(number)
        held[later] |= write.alone
    return done


def part_size(writes: int, connections: int) -> int:
    """How many go into one batch, so that every connection has something to do."""
    return max(1, min(LARGEST_BATCH, ceil(writes / connections)))


def answers_in(body: object, number: int) -> list[tuple[int, object] | None]:
    """Status and body of each request of a batch; None for those without an answer."""
    responses = body.get("responses") if isinstance(body, dict) else None
    given: Iterable[object] = responses if isinstance(responses, list) else ()
    answers = [_answer(response) for response in given][:number]
    return answers + [None] * (number - len(answers))


def _answer(response: object) -> tuple[int, object] | None:
    if not isinstance(response, dict) or not isinstance(response.get("status"), int):
        return None
    return response["status"], response.get("body")


def _request(write: Write) -> dict[str, object]:
    return {"method": "POST", "path": f"{write.route}?_fields={ASKED}", "body": write.body}


def _body(answer: Answer) -> object:
    """The body of an answer to a write; a redirect is told from a write that was done."""
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the redirects
        target = answer.headers.get("location", "elsewhere")
        raise SiteError(
            f"WordPress redirects to {target.partition('?')[0]}. "
            "If that is the right address, put it into the connection."
        )
    return parsed(answer)
