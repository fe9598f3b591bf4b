"""What Latchkey asks of a site. The service knows nothing else about one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.rules import Keeps, as_given
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, RemoteError
from latchkey.remote.secrets import Secret


class Support(StrEnum):
    """How far a kind of site supports a thing."""

    FULL = "full"
    PARTLY = "partly"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of site can do; the table in the documents is made from it.

    `fields` are the account fields that a rule may fill, by the site's own names; with `any_field`
    others are passed on too. `disable` PARTLY means that only the roles are taken. `languages`
    says whether an account has a language of its own. `last_login` FULL means that an account
    without one was never used; NONE, that the site does not tell.
    """

    bulk: Support
    bulk_lookup: Support
    roles: Support
    fields: tuple[str, ...]
    any_field: bool
    language: Support
    own_mail: Support
    one_time_link: Support
    disable: Support
    key: Support
    last_login: Support = Support.NONE


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a connection, with the help text that forms and documents show.

    `host_only` ones come from the configuration file, on the host: the browser shows them and never
    edits them, because they choose what is run there. `words` ones are written there as a list of
    arguments; a connection holds them as one text that `shlex.split` parts again.
    """

    name: str
    label: str
    help: str
    secret: bool = False
    required: bool = True
    host_only: bool = False
    words: bool = False


@dataclass(frozen=True, slots=True)
class SiteConnection:
    """The address and credential of a site; `url` is its own, also where a program reaches it."""

    key: UUID
    name: str
    kind: str
    url: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    connections: int = 4
    allow_http: bool = False

    def listed(self, setting: str) -> frozenset[str]:
        """The words of a setting, parted by commas or spaces, in any case."""
        return frozenset(self.settings.get(setting, "").casefold().replace(",", " ").split())


@dataclass(frozen=True, slots=True)
class RoleList:
    """The roles that a site showed. `complete` False means that there may be others."""

    names: frozenset[str]
    complete: bool


class Site(Protocol):
    """One site. Every method may raise TransientError, SiteError, or DryRun where it writes.

    Methods that write several records answer one outcome for each, in the order given, and a bad
    one harms none of the others.
    """

    def check(self) -> Health:
        """Reach, credential, permissions, what is switched on; what to do about what lacks."""

    def roles(self) -> RoleList:
        """The roles an account can have."""

    def privileged_roles(self) -> frozenset[str]:
        """Role names that are never given, lower case: by convention, and as far as it is seen."""

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses (case ignored), keyed by `same_address`.

        Addresses without an account are absent. By whichever is cheaper: bulk look-up, single
        look-ups, or the whole list.
        """

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames (case ignored), keyed by the casefolded name."""

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:
        """Accounts carrying our key; empty where the site cannot carry one."""

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts by id; the ones that are gone are absent."""

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, in pages, ascending by id where the site can."""

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts; no mail is sent. Conflict carries the account in the way.

        The Account returned shows the roles which the site says it has: the caller compares.
        """

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes; Missing when the account is gone."""

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """Have the site mail each person a one-time link to set a password."""

    def password_page(self) -> str:
        """The address of the page where a person asks for a link to set a password."""

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Take away the log-in, as far as the site can; doing it twice is the same."""

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Give the log-in back; where `disable` took the roles, the caller gives them by update."""

    def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class GivesLinks(Protocol):
    """A site that can hand us a one-time link: whoever opens it is in, once."""

    def one_time_links(self, accounts: Sequence[Account]) -> list[str | RemoteError]:
        """A link for each account, to be given to its owner and nobody else."""


def one_time_links(site: Site, accounts: Sequence[Account]) -> list[str | RemoteError]:
    """A link for each account; a RejectedError for each where the kind of site gives none."""
    if isinstance(site, GivesLinks):
        return site.one_time_links(accounts)
    none: RemoteError = RejectedError("This kind of site gives no one-time links.")
    return [none for _ in accounts]


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything Latchkey knows about a kind of site before it connects to one.

    `keeps` knows a value of a field again that the site changed when it took it.
    """

    kind: str
    label: str
    settings: tuple[Setting, ...]
    capabilities: Capabilities
    usernames: UsernameLimits
    connect: Callable[[SiteConnection, Doors], Site]
    privileged: frozenset[str]
    keeps: Keeps = as_given

    def missing(self, connection: SiteConnection) -> Iterable[Setting]:
        """The required settings that the connection lacks."""
        given = {name for name, value in connection.settings.items() if value}
        given |= {name for name, value in connection.secrets.items() if value}
        return (s for s in self.settings if s.required and s.name not in given)
