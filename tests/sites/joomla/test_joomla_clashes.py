"""Who is in the way is looked up, and who might get in each other's way is kept apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import Account
from latchkey.remote.errors import (
    Conflict,
    RejectedError,
    RemoteError,
    TransientError,
)
from latchkey.sites.joomla.clashes import Asked, settled_clashes
from latchkey.sites.joomla.refusals import Refusal
from latchkey.sites.joomla.writing import Write, rounds

names = st.sampled_from(["ann", "bob", "cy", "dee"])


@given(shared=st.lists(st.frozensets(names, min_size=1, max_size=2), max_size=12))
def test_writes_that_share_a_name_follow_each_other(shared: list[frozenset[str]]) -> None:
    writes = {number: Write({}, alone, None) for number, alone in enumerate(shared)}

    done = rounds(writes)

    order = {number: turn for turn, numbers in enumerate(done) for number in numbers}
    assert sorted(number for numbers in done for number in numbers) == list(writes)
    assert all(
        order[first] < order[second]
        for first in writes
        for second in range(first + 1, len(shared))
        if shared[first] & shared[second]
    )


class Known:
    """Where two accounts are looked up."""

    def find_by_emails(self, emails: Any) -> dict[str, list[Account]]:
        return {one: [Account("1", "ann", one)] for one in emails if one == "ann@example.org"}

    def find_by_usernames(self, usernames: Any) -> dict[str, Account]:
        return {one: Account("2", one, "bob@example.org") for one in usernames if one == "bob"}


@pytest.mark.parametrize(
    ("asked", "on"),
    [
        (Asked("ann@example.org", "cy"), "email"),
        (Asked("cy@example.org", "bob"), "username"),
        (Asked("ann@example.org", "bob"), "username"),
        (Asked("ann@example.org", None, own="1"), None),
        (Asked("cy@example.org", "cy"), None),
        (Asked(None, None), None),
    ],
)
def test_reason_of_a_refusal_is_looked_up(asked: Asked, on: str | None) -> None:
    error = settled_clashes([Refusal("Nom d'utilisateur pris.")], [asked], Known())[0]

    assert isinstance(error, RejectedError)
    assert (error.on if isinstance(error, Conflict) else None) == on


def test_reason_that_cannot_be_looked_up_is_tried_again_later() -> None:
    class Down(Known):
        def find_by_emails(self, emails: Any) -> dict[str, list[Account]]:
            raise TransientError(f"down, and {len(emails)} are waiting")

    made = Account("1", "ann", "ann@example.org")
    asked = [Asked("ann@example.org", "ann"), Asked("bob@example.org", "bob")]

    outcomes: list[Account | RemoteError] = settled_clashes([made, Refusal("no")], asked, Down())

    assert outcomes[0] == made
    assert isinstance(outcomes[1], TransientError)
