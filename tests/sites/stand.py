"""What the contract suite needs of a kind of site: a stand-in, seen from behind the connector."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import count
from typing import Protocol

from fakes.faults import Status, Which
from latchkey.policy.values import NewAccount
from latchkey.sites.contract import SiteConnection, Spec

_numbers = count(1)
PASSWORD = "Nobody-sees-this-Passw0rd!"


@dataclass(frozen=True, slots=True)
class Seen:
    """An account as it is in the site, whatever the connector says of it."""

    id: str
    username: str
    email: str
    roles: frozenset[str]


class Stand(Protocol):
    """A running stand-in or real site of one kind.

    `role` and `another_role` are ordinary roles, `powerful` the username of an account with power,
    `permissions` all that the connection's user needs. `page` is how many accounts the site gives
    at once, `field` one of its text fields, needed of a kind that knows none beforehand. `writes`,
    `looks` and `mailing` choose requests on the wire: those that make or change accounts, that look
    for accounts, and that have the site send its mail.
    """

    spec: Spec
    url: str
    role: str
    another_role: str
    powerful: str
    field: str
    permissions: tuple[str, ...]
    page: int
    unknown_id: str
    writes: Which
    looks: Which
    mailing: Which

    def connection(self, url: str, *, password: str = "") -> SiteConnection:
        """A connection by way of `url`; another password is a wrong one."""

    def credential(self) -> str:
        """What no error may quote."""

    def make(self, accounts: Sequence[NewAccount]) -> None:
        """Make accounts behind the connector's back."""

    def seen(self, email: str) -> list[Seen]:
        """The accounts with this address, case ignored."""

    def without(self, permission: str) -> AbstractContextManager[None]:
        """Take the permission from the connection's user for a while."""

    def mailed(self) -> list[str]:
        """Whom the site has sent mail, oldest first."""

    def spoiled(self, account: NewAccount) -> NewAccount:
        """The account with something that the site refuses."""

    def refusal(self, text: str) -> Status:
        """How the site refuses one account, in these words."""


def person(role: str | None = None) -> NewAccount:
    """A person who has no account yet anywhere."""
    number = next(_numbers)
    return NewAccount(
        username=f"person.{number}",
        email=f"person.{number}@example.org",
        password=PASSWORD,
        roles=frozenset({role}) if role else frozenset(),
    )


def people(number: int, role: str | None = None) -> list[NewAccount]:
    """As many persons, none of whom has an account yet."""
    return [person(role) for _ in range(number)]


def named(account: NewAccount, *, username: str = "", email: str = "") -> NewAccount:
    """The same account under another name or address."""
    return replace(account, username=username or account.username, email=email or account.email)
