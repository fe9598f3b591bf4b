"""Commands to the script and its answers, each proved to come from the right site."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from latchkey.policy.values import Account
from latchkey.remote.errors import RemoteError, SiteError, UnknownOutcome
from latchkey.remote.process import Command, ProcessDoor, Reply
from latchkey.sites.phpcms.refusals import error_for, unusable
from latchkey.sites.phpcms.rows import account_from
from latchkey.sites.phpcms.script import is_read

AT_ONCE = 100
PAGE = 200


@dataclass(frozen=True, slots=True)
class About:
    """What the site says of itself; `roles` are those that can be given, with their powers."""

    site: str
    password_page: str
    roles: Mapping[str, Sequence[str]]
    user: str


class Talk:
    """The conversation with one site of `kind`, which errors call by its `label`."""

    def __init__(self, door: ProcessDoor, kind: str, label: str) -> None:
        self.door = door
        self._kind = kind
        self._label = label

    def greeting(self) -> Reply:
        """What the script said first. Raises what stands against using the site."""
        greeting = self.door.greeting()
        if (error := unusable(greeting, self._kind, self._label)) is not None:
            # The script has ended, or talks to the wrong site.
            self.door.forget()
            raise error
        return greeting

    def about(self) -> About:
        """What the site offers, as it is now."""
        reply = self._read(Command("about"))
        roles = reply.get("roles")
        if not isinstance(roles, dict):
            raise SiteError("The script on the host does not tell the roles of the site.")
        return About(
            site=str(reply.get("site", "")),
            password_page=str(reply.get("password_page", "")),
            roles={str(role): [*map(str, powers)] for role, powers in roles.items()},
            user=str(reply.get("user", "")),
        )

    def found(self, by: str, values: Sequence[object]) -> Iterator[Account]:
        """The accounts that have one of the values, a hundred a line."""
        left = iter(values)
        while some := list(islice(left, AT_ONCE)):
            yield from _accounts(self._read(Command("find", {by: some})))

    def pages(self) -> Iterator[list[Account]]:
        """Every account, ascending by id."""
        last: object = 0
        while last is not None:
            reply = self._read(Command("list", {"after": last, "count": PAGE}))
            last = reply.get("last")
            if accounts := _accounts(reply):
                yield accounts

    def answers(self, commands: Sequence[Command]) -> list[Reply | RemoteError]:
        """One for each command: an answer that is ok, or the error that says what to do."""
        if not commands:
            return []
        self.greeting()
        outcomes = self.door.ask(commands)
        return [_judged(*pair) for pair in zip(commands, outcomes, strict=True)]

    def _read(self, command: Command) -> Reply:
        outcome = self.answers([command])[0]
        if isinstance(outcome, RemoteError):
            raise outcome
        return outcome


def shown(outcome: Reply | RemoteError) -> Account | RemoteError:
    """The account that an answer to a write shows."""
    if isinstance(outcome, RemoteError):
        return outcome
    lost = "The site says that it is done, but not what came of it."
    return account_from(outcome.get("account")) or UnknownOutcome(lost)


def _judged(command: Command, outcome: Reply | RemoteError) -> Reply | RemoteError:
    if isinstance(outcome, RemoteError) or outcome.get("ok") is True:
        return outcome
    return error_for(outcome, writing=not is_read(command.op))


def _accounts(reply: Reply) -> list[Account]:
    rows = reply.get("accounts")
    accounts = [account_from(row) for row in rows] if isinstance(rows, list) else [None]
    known = [account for account in accounts if account is not None]
    if len(known) < len(accounts):
        raise SiteError("The script on the host shows accounts that are none.")
    return known
