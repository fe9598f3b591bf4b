"""Rounds: everybody gets an outcome, and nobody is made beside somebody with the same claims."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import Account, NewAccount
from latchkey.remote.errors import Conflict, RejectedError, TransientError, UnknownOutcome
from latchkey.sites.rounds import Accounts, Outcome, claims, in_rounds, seen

ADDRESSES = st.sampled_from(["a@example.org", "A@example.org", "b@example.org", "c@example.org"])
PEOPLE = st.lists(
    st.builds(
        NewAccount,
        username=st.sampled_from(["ann", "Ann", "bo", "cy"]),
        email=ADDRESSES,
        key=st.just("key"),
        roles=st.just(frozenset()),
    ),
    max_size=8,
)


def made(number: int, account: NewAccount) -> Account:
    return Account(str(number), account.username, account.email)


class SmallSite:
    """Keeps what it made; refuses, without a reason, what it was told to."""

    def __init__(self, refuses: frozenset[str] = frozenset()) -> None:
        self.there: dict[int, NewAccount] = {}
        self.refuses = refuses

    def clashes(self, accounts: Accounts) -> dict[int, Outcome]:
        taken = {claim for one in self.there.values() for claim in claims(one)}
        return {n: Conflict("taken", "email") for n, one in accounts.items() if claims(one) & taken}

    def make(self, accounts: Accounts) -> dict[int, Outcome]:
        together = [claim for one in accounts.values() for claim in claims(one)]
        assert len(together) == len(set(together))
        fine = {n: one for n, one in accounts.items() if one.username not in self.refuses}
        self.there |= fine
        return {
            n: made(n, one) if n in fine else RejectedError("no") for n, one in accounts.items()
        }


@given(PEOPLE, st.sets(st.integers(0, 7)))
def test_each_gets_an_outcome_and_each_claim_one_account(people: list[NewAccount], odd: set[int]):
    site = SmallSite()
    unfit = {number: RejectedError("unfit") for number in odd if number < len(people)}

    outcomes = in_rounds(people, unfit, site.clashes, site.make)

    kept = [claim for one in site.there.values() for claim in claims(one)]
    assert len(kept) == len(set(kept))
    for number, outcome in enumerate(outcomes):
        assert isinstance(outcome, Account) is (number in site.there)
        assert (outcome is unfit.get(number)) is (number in unfit)
        assert isinstance(outcome, Account | Conflict) is (number not in unfit)


@given(PEOPLE)
def test_refusal_is_a_clash_where_somebody_was_faster(people: list[NewAccount]):
    site = SmallSite(refuses=frozenset({"bo"}))

    def make(accounts: Accounts) -> Mapping[int, Outcome]:
        came = site.make(accounts)
        site.there |= {-1 - n: one for n, one in accounts.items() if one.username == "bo"}
        return came

    outcomes = in_rounds(people, {}, site.clashes, make)

    named = zip(people, outcomes, strict=True)
    assert all(isinstance(one, Conflict) for who, one in named if who.username == "bo")


def test_what_was_made_is_told_although_the_next_round_cannot_be_looked_at():
    site, looks = SmallSite(), iter([None, TransientError("The site is busy.")])
    twice = [NewAccount(name, "a@example.org", "key", frozenset()) for name in ("ann", "bo")]

    def clashes(accounts: Accounts) -> dict[int, Outcome]:
        if error := next(looks):
            raise error
        return site.clashes(accounts)

    first, second = in_rounds(twice, {}, clashes, site.make)

    assert isinstance(first, Account)
    assert isinstance(second, TransientError)


def test_what_is_not_shown_afterwards_is_unknown():
    account = Account("5", "ann", "ann@example.org")

    outcomes = seen({0: "5", 1: "6"}, lambda _ids: [account], "Nowhere.")

    assert outcomes[0] is account
    assert str(outcomes[1]) == "Nowhere."
    assert isinstance(outcomes[1], UnknownOutcome)


def test_what_cannot_be_looked_at_afterwards_is_unknown():
    def look(_ids: object) -> list[Account]:
        raise TransientError("The site is busy.")

    [outcome] = seen({0: "5"}, look, "Nowhere.").values()

    assert isinstance(outcome, UnknownOutcome)
    assert str(outcome) == "Nowhere. The site is busy."
