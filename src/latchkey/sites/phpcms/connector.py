"""Drupal 7 and Backdrop, through the script: what both kinds of site do."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount, same_address
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError, SiteError, UnknownOutcome
from latchkey.remote.process import Command, Reply
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.outcomes import settled
from latchkey.sites.phpcms.checking import health_of
from latchkey.sites.phpcms.rows import languages_for
from latchkey.sites.phpcms.script import GREETING, argv_for, is_read, opening
from latchkey.sites.phpcms.talking import Talk, shown

PRIVILEGED = frozenset({"administrator"})


class PhpCmsSite:
    """One Drupal 7 or Backdrop. Safe to share between threads."""

    def __init__(self, connection: SiteConnection, doors: Doors, label: str) -> None:
        root = connection.settings.get("root", "").strip().rstrip("/")
        if not root.startswith("/"):
            raise SiteError("root has to be the site's folder on the host, from / on.")
        self._url = connection.url.rstrip("/")
        door = doors.process(
            argv_for(connection.settings.get("command", "")),
            opening=opening(root, self._url),
            greeting=GREETING,
            is_read=is_read,
        )
        self._talk = Talk(door, connection.kind, label)
        self._page = ""

    def check(self) -> Health:
        """Whether the program runs, the site starts, and mails will lead to the right place."""
        return health_of(self._talk, self._url)

    def roles(self) -> RoleList:
        """Every role of the site but the ones that everybody has."""
        return RoleList(frozenset(self._talk.about().roles), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """By convention, and the roles with a permission that is for trusted people."""
        roles = self._talk.about().roles
        return PRIVILEGED | {role.lower() for role, powers in roles.items() if powers}

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses, keyed by `same_address`."""
        wanted = list(dict.fromkeys(same_address(email) for email in emails))
        found: dict[str, list[Account]] = {}
        for account in self._talk.found("mails", wanted):
            if (address := same_address(account.email)) in wanted:
                found.setdefault(address, []).append(account)
        return found

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames, keyed by the casefolded name."""
        wanted = {name.casefold() for name in usernames}
        accounts = self._talk.found("names", sorted(set(usernames)))
        by_name = {account.username.casefold(): account for account in accounts}
        return {name: account for name, account in by_name.items() if name in wanted}

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:  # noqa: ARG002 - users carry no key
        """Nothing: users have nowhere to keep our key."""
        return {}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts, a hundred a line."""
        ids = [int(id_) for id_ in account_ids if id_.isdecimal()]
        return {account.id: account for account in self._talk.found("ids", ids)}

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, ascending by id."""
        return self._talk.pages()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts. A language that is not switched on is left out."""
        return self._written([_making(account) for account in accounts])

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes; user 1 is left alone."""
        return self._written([_changing(change) for change in changes])

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """The site's welcome for those who never logged in, its reset mail for the others."""
        asked = [Command("tell", {"id": _number(account)}) for account in accounts]
        outcomes = self._talk.answers(asked)
        return settled([one if isinstance(one, RemoteError) else None for one in outcomes])

    def one_time_links(self, accounts: Sequence[Account]) -> list[str | RemoteError]:
        """The link of the site's own mail, without the mail; none for a blocked account."""
        asked = [Command("link", {"id": _number(account)}) for account in accounts]
        return settled([_link(outcome) for outcome in self._talk.answers(asked)])

    def password_page(self) -> str:
        """The page *Request new password*, at the address that the site itself gives it."""
        self._page = self._page or self._talk.about().password_page
        return self._page

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Block the accounts, which ends their sessions."""
        return self._written([_switching(account, active=False) for account in accounts])

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Unblock the accounts; the site mails their owners where it is told to."""
        return self._written([_switching(account, active=True) for account in accounts])

    def close(self) -> None:
        """Let the program end."""
        self._talk.door.close()

    def _written(self, commands: Sequence[Command]) -> list[Account | RemoteError]:
        return settled([shown(outcome) for outcome in self._talk.answers(commands)])


def spec_of(kind: str, label: str) -> Spec:
    """The SPEC of a kind of site that the script knows."""
    return Spec(
        kind=kind,
        label=label,
        settings=(
            Setting(
                "command",
                "Command",
                'The program that runs php beside the site, and its arguments: ["php"], or '
                '["ssh", "-T", "web@www.example.org", "php"]. It is started without a shell, and '
                "comes from the configuration file only.",
                host_only=True,
                words=True,
            ),
            Setting(
                "root",
                "Folder",
                f"The folder of {label} on that host, from / on. It comes from the configuration "
                "file only.",
                host_only=True,
            ),
        ),
        capabilities=Capabilities(
            bulk=Support.PARTLY,
            bulk_lookup=Support.FULL,
            roles=Support.FULL,
            fields=(),
            any_field=True,
            language=Support.PARTLY,
            own_mail=Support.FULL,
            one_time_link=Support.FULL,
            disable=Support.FULL,
            key=Support.NONE,
            last_login=Support.FULL,
        ),
        usernames=UsernameLimits(max_length=60, allowed=r"A-Za-z0-9 @_.'\-"),
        connect=partial(PhpCmsSite, label=label),
        privileged=PRIVILEGED,
    )


def _link(outcome: Reply | RemoteError) -> str | RemoteError:
    if isinstance(outcome, RemoteError):
        return outcome
    link = str(outcome.get("link") or "")
    return link or UnknownOutcome("The site says that it made a link, but does not show it.")


def _making(account: NewAccount) -> Command:
    return Command(
        "create",
        {
            "name": account.username,
            "mail": account.email,
            "password": account.password,
            "roles": sorted(account.roles),
            "fields": dict(account.fields),
            "languages": languages_for(account.language),
        },
    )


def _changing(change: AccountChange) -> Command:
    given: dict[str, object] = {"id": _number(change.account)}
    if change.roles is not None:
        given["roles"] = sorted(change.roles)
    if change.fields:
        given["fields"] = dict(change.fields)
    if change.email is not None:
        given["mail"] = change.email
    if change.password is not None:
        given["password"] = change.password
    return Command("update", {**given, "languages": languages_for(change.language)})


def _switching(account: Account, *, active: bool) -> Command:
    return Command("update", {"id": _number(account), "active": active})


def _number(account: Account) -> int:
    """The id as the site counts; 0, which nobody has, for one that is not of this site."""
    return int(account.id) if account.id.isdecimal() else 0
