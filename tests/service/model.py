"""What should have become of people: a model that knows the rules of the house, not its rooms."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from latchkey.policy.reasons import Why
from latchkey.policy.retries import ATTEMPTS
from latchkey.store.models import Change, State, Told
from service.world import Note, User, World

GROUP, HISTORY = "Active Members", "Website users"
ROLES = {"members": "subscriber", "friends": "contributor"}
ENDED = (State.DONE, State.GIVEN_UP, State.IGNORED)
# Every mail is sent once, and once more where a crash hid whether it was.
MOST_MAILS = 2


class Fate(Enum):
    """What a contact in the trigger comes to, whatever happens on the way."""

    SERVED = auto()
    REFUSED = auto()
    HELD = auto()


@dataclass
class Person:
    """A contact as the model knows it. `entries` counts how often it came into the trigger.

    Of somebody who was taken out by hand nothing is promised but that nothing is done twice;
    `crashed` says that a process died since, so that a mail may have gone twice.
    """

    contact_id: int
    email: str
    deceased: bool = False
    bouncing: bool = False
    entries: int = 0
    retries: int = 0
    taken_out: bool = False
    rejected: bool = False
    crashed: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """The practice systems and Latchkey's rows at one moment."""

    users: Mapping[int, User]
    links: Mapping[int, int]
    notes: Sequence[Note]
    inside: frozenset[int]
    history: frozenset[int]
    mails: Mapping[str, int]
    rows: Sequence[Change]

    @classmethod
    def of(cls, world: World) -> "Sight":
        """What there is now."""
        letters = world.rows("SELECT recipient FROM mailbox_messages")
        return cls(
            users=world.users(),
            links=world.links(),
            notes=world.notes(),
            inside=frozenset(world.members(GROUP)),
            history=frozenset(world.members(HISTORY)),
            mails=Counter(row[0] for row in letters),
            rows=list(Change.objects.select_related("rule").order_by("episode")),
        )

    def account_of(self, person: Person) -> User | None:
        """The account that the person is linked to."""
        return self.users.get(self.links.get(person.contact_id, -1))

    def rows_of(self, person: Person, rule: str | None = None) -> list[Change]:
        """The person's changes by a rule, or by all, in the order of their episodes."""
        mine = [row for row in self.rows if row.contact_id == person.contact_id]
        return [row for row in mine if rule in {None, row.rule.name}]

    def count(self, person: Person, status: str) -> int:
        """How many of our activities about the person have this status."""
        return sum(n.contact_id == person.contact_id and n.status == status for n in self.notes)


def fate(person: Person, people: Sequence[Person], sight: Sight) -> Fate:
    """By the order of decisions in the design."""
    if sight.account_of(person) is not None:
        return Fate.SERVED
    if person.deceased or person.bouncing:
        return Fate.REFUSED
    owners = {account: contact for contact, account in sight.links.items()}
    if any(user.email == person.email and user.id in owners for user in sight.users.values()):
        return Fate.HELD
    others = [one for one in people if one is not person and not one.deceased]
    return Fate.HELD if any(one.email == person.email for one in others) else Fate.SERVED


def broken_always(people: Sequence[Person], sight: Sight) -> Iterator[str]:
    """What may be wrong at no moment, however busy it is."""
    addresses = Counter(user.email.lower() for user in sight.users.values())
    yield from (f"{n} accounts with the address {one}" for one, n in addresses.items() if n > 1)
    yield from _not_one_to_one(sight)
    for person in people:
        done, most = sight.count(person, "Completed"), person.entries + person.retries
        if done > most * len(ROLES):
            yield f"{person}: {done} Completed activities in {most} episodes"
        for rule in ROLES:
            if len(sight.rows_of(person, rule)) > most:
                yield f"{person}: more episodes of {rule} than entries"


def broken_at_rest(people: Sequence[Person], seeded: frozenset[int], sight: Sight) -> Iterator[str]:
    """What is wrong when nothing is left to do."""
    strangers = set(sight.users) - seeded - set(sight.links.values())
    yield from (f"account {sight.users[one]} belongs to nobody" for one in strangers)
    for person in people:
        complaints = (
            *_badly_noted(person, sight),
            *_badly_served(person, sight),
            *_badly_told(person, seeded, sight),
            *_forgotten(person, fate(person, people, sight), sight),
        )
        yield from (f"{person}: {one}" for one in complaints)


def _not_one_to_one(sight: Sight) -> Iterator[str]:
    holders = Counter(sight.links.values())
    yield from (f"account {one} is linked to {n} contacts" for one, n in holders.items() if n > 1)


def _badly_noted(person: Person, sight: Sight) -> Iterator[str]:
    """Per rule, contact and episode one Completed activity; one Failed for each failure."""
    rows = sight.rows_of(person)
    done = sum(row.state == State.DONE for row in rows)
    failed = sum(row.attempts for row in rows)
    # Refusals within the tolerance for clocks say the same, and are one: by two rules, or again.
    refused = sum(row.refusals for row in rows)
    if (noted := sight.count(person, "Completed")) != done:
        yield f"{noted} Completed activities for {done} episodes"
    noted = sight.count(person, "Failed")
    if not failed + bool(refused) <= noted <= failed + refused:
        yield f"{noted} Failed activities for {failed} failures, {refused} refusals"
    if any(row.owed is not None for row in rows):
        yield "an activity is still owed"


def _badly_served(person: Person, sight: Sight) -> Iterator[str]:
    for rule, role in ROLES.items():
        if not any(row.state == State.DONE for row in sight.rows_of(person, rule)):
            continue
        account = sight.account_of(person)
        if account is None or role not in account.roles:
            yield f"{rule} is done, and {account} is not its account with its role"
        if person.contact_id not in sight.history:
            yield f"{rule} is done, and the person is not in the history group"


def _badly_told(person: Person, seeded: frozenset[int], sight: Sight) -> Iterator[str]:
    """Whoever got a new account was told of it, or is on record as perhaps told."""
    account, rows = sight.account_of(person), sight.rows_of(person)
    if account is None or account.id in seeded:
        return
    letters, told = sight.mails.get(account.email, 0), {row.told for row in rows}
    if letters > (MOST_MAILS if person.crashed else 1):
        yield f"{letters} mails about {account.login}"
    if not letters and (Told.TOLD in told or (_all_done(rows) and Told.PERHAPS not in told)):
        yield f"was not told of {account.login}"


def _all_done(rows: Sequence[Change]) -> bool:
    return all(row.state == State.DONE for row in rows)


def _forgotten(person: Person, due: Fate, sight: Sight) -> Iterator[str]:
    """Whoever came and was left alone came to the fate of the model, by both rules."""
    if person.taken_out or person.entries == 0:
        return
    rows = [row for rule in ROLES for row in sight.rows_of(person, rule)[-1:]]
    if len(rows) < len(ROLES):
        yield f"noticed only by {[row.rule.name for row in rows]}"
        return
    if not person.retries and any(row.episode != person.entries for row in rows):
        yield f"entered {person.entries} times, {[row.episode for row in rows]} episodes"
    yield from _left_lying(person, due, rows, inside=person.contact_id in sight.inside)
    for row in rows:
        if not _is_explained(person, row):
            yield f"{row.rule.name} ended as {row.state} by {row.why}"


def _left_lying(
    person: Person, due: Fate, rows: Sequence[Change], *, inside: bool
) -> Iterator[str]:
    """Whoever is finished is out of the trigger, whoever is not is inside, and rightly so."""
    if inside:
        yield from (f"{one.rule.name}: {one.state} is not {due}" for one in rows if _not(due, one))
    unfinished = [row.rule.name for row in rows if row.state not in ENDED]
    if inside and not unfinished:
        yield "still in the trigger though both rules are finished"
    if not inside and unfinished and not person.retries:
        yield f"out of the trigger, and not finished by {unfinished}"


def _not(due: Fate, row: Change) -> bool:
    match due:
        case Fate.REFUSED:
            return row.state not in {State.REFUSED, *ENDED}
        case Fate.HELD:
            return row.state not in {State.HELD, *ENDED}
        case Fate.SERVED:
            return row.state not in ENDED


def _is_explained(person: Person, row: Change) -> bool:
    """Given up only after four failures, ignored only by a person."""
    match row.state:
        case State.GIVEN_UP:
            return ATTEMPTS in {row.attempts, row.refusals}
        case State.IGNORED:
            return person.rejected and row.why == Why.PLAN_REJECTED
        case _:
            return True
