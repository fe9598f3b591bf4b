"""Accounts made in rounds: those that would be in each other's way one after the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from latchkey.policy.values import Account, NewAccount, same_address
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.sites.outcomes import settled

Outcome = Account | RemoteError
Accounts = Mapping[int, NewAccount]
"""By their places among those asked for."""
Claimed = Callable[[NewAccount], AbstractSet[object]]
"""What of an account no other may have."""


def claims(account: NewAccount) -> frozenset[str]:
    """What no other account of a site may have: the address and the username."""
    return frozenset({same_address(account.email), account.username.casefold()})


def in_rounds(
    accounts: Sequence[NewAccount],
    unfit: Mapping[int, RejectedError],
    clashes: Callable[[Accounts], Mapping[int, Outcome]],
    make: Callable[[Accounts], Mapping[int, Outcome]],
    claimed: Claimed = claims,
) -> list[Outcome]:
    """Make all but the unfit, and say what came of each, in order. Raises what `settled` does.

    `clashes` looks for what is in the way of whom; `make` is given accounts of which no two claim
    the same.
    """
    outcomes: dict[int, Outcome] = dict(unfit)
    waiting: Accounts = {n: one for n, one in enumerate(accounts) if n not in unfit}
    while waiting:
        try:
            taken = clashes(waiting)
        except RemoteError as error:  # what an earlier round made is there all the same
            outcomes |= dict.fromkeys(waiting, error)
            break
        free, waiting = apart({n: one for n, one in waiting.items() if n not in taken}, claimed)
        outcomes |= {**taken, **_explained(free, make(free), clashes)}
    return settled([outcomes[number] for number in range(len(accounts))])


def apart(
    accounts: Accounts, claimed: Claimed = claims
) -> tuple[dict[int, NewAccount], dict[int, NewAccount]]:
    """Those to be made now, and those that would clash with one of them."""
    now: dict[int, NewAccount] = {}
    later: dict[int, NewAccount] = {}
    taken: set[object] = set()
    for number, account in accounts.items():
        its = claimed(account)
        (later if its & taken else now)[number] = account
        taken |= its
    return now, later


def seen(
    ids: Mapping[int, str], look: Callable[[Sequence[str]], Iterable[Account]], unseen: str
) -> dict[int, Outcome]:
    """The accounts of these ids as the site shows them now; the caller compares.

    UnknownOutcome with the words of `unseen` for those that it does not show.
    """
    try:
        there = {one.id: one for one in look(list(ids.values()))} if ids else {}
    except RemoteError as error:
        return dict.fromkeys(ids, UnknownOutcome(f"{unseen} {error}"))
    return {number: there.get(id_) or UnknownOutcome(unseen) for number, id_ in ids.items()}


def _explained(
    accounts: Accounts,
    outcomes: Mapping[int, Outcome],
    clashes: Callable[[Accounts], Mapping[int, Outcome]],
) -> dict[int, Outcome]:
    """The outcomes, with refusals that are clashes after all: somebody else was faster than we."""
    refused = {n: accounts[n] for n, one in outcomes.items() if isinstance(one, RejectedError)}
    if not refused:
        return dict(outcomes)
    try:
        return {**outcomes, **clashes(refused)}
    except RemoteError as error:
        return {**outcomes, **dict.fromkeys(refused, error)}
