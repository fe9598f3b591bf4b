"""Which accounts of an import may be taken back: those that it made and nobody has used since."""

from dataclasses import dataclass
from enum import StrEnum

from latchkey.policy.reasons import Reason, Why, because
from latchkey.policy.roles import is_privileged
from latchkey.policy.values import Account, same_address


class Fate(StrEnum):
    """What an undo does with an account. ASK: only when a person ticks it."""

    TAKE_BACK = "take back"
    ASK = "ask"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Made:
    """An account as the import left it."""

    account_id: str
    username: str
    email: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is to become of one account, and why."""

    fate: Fate
    reason: Reason


def weigh(made: Made, now: Account | None, privileged: frozenset[str], *, tells: bool) -> Weighed:
    """The fate of an account. `now` is how the site shows it, None when it is gone.

    `tells`: an account that the site shows without a last log-in was never used. A site that does
    not tell counts as used, so that each of its accounts is asked for.
    """
    if now is None:
        return Weighed(Fate.KEEP, because(Why.ACCOUNT_GONE, account_id=made.account_id))
    if is_privileged(now, privileged):
        return Weighed(Fate.KEEP, because(Why.ACCOUNT_PRIVILEGED, username=now.username))
    if now.last_login is not None:
        used = because(Why.USED_SINCE, username=now.username, when=now.last_login)
        return Weighed(Fate.KEEP, used)
    if difference := _difference(made, now):
        changed = because(Why.ACCOUNT_CHANGED, username=now.username, difference=difference)
        return Weighed(Fate.ASK, changed)
    if not tells:
        return Weighed(Fate.ASK, because(Why.USE_UNKNOWN, username=now.username))
    return Weighed(Fate.TAKE_BACK, because(Why.UNUSED, username=now.username))


def _difference(made: Made, now: Account) -> str:
    """What somebody changed about the account, empty when nothing was."""
    compared = (
        ("username", made.username.casefold(), now.username.casefold()),
        ("e-mail", same_address(made.email), same_address(now.email)),
    )
    return ", ".join(f"{what} {was} → {is_}" for what, was, is_ in compared if was != is_)
