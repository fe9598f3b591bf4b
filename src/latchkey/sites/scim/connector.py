"""Any service that takes accounts by SCIM 2.0 (RFC 7643, 7644), with a bearer token."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.scim.calls import MEDIA_TYPE, Calls
from latchkey.sites.scim.changing import Changer, Wish
from latchkey.sites.scim.checking import health_of
from latchkey.sites.scim.groups import Groups
from latchkey.sites.scim.making import Maker
from latchkey.sites.scim.reading import Reader
from latchkey.sites.scim.users import FIELDS

PRIVILEGED = frozenset({"admins", "domain admins", "owners", "staff"})
NO_MAIL = (
    "A SCIM service sends no mail of its own accord: Latchkey writes it. "
    'Set notify = "latchkey" in the rule.'
)


class ScimSite:
    """One service, whose groups are the roles. Safe to share between threads."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        token = connection.secrets.get("token", Secret(""))
        self._door = doors.http(
            connection.url,
            headers={
                "Accept": f"{MEDIA_TYPE}, application/json;q=0.9",
                "Authorization": Secret(f"Bearer {token.reveal()}"),
            },
            connections=connection.connections,
            allow_http=connection.allow_http,
        )
        self._page = connection.settings.get("password_page", "")
        self._calls = Calls(self._door, token)
        self._groups = Groups(self._calls)
        self._reader = Reader(self._calls, self._groups, connection.listed("protected"))
        self._maker = Maker(self._calls, self._reader, self._groups, connection.connections)
        self._changer = Changer(self._calls, self._reader, self._groups)

    def check(self) -> Health:
        """Address, token, its rights, and what the service announces that it can do."""
        return health_of(self._calls, self._reader, self._groups)

    def roles(self) -> RoleList:
        """The groups, by name."""
        return RoleList(frozenset(self._groups.look()), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """By convention only: SCIM does not tell what a group gives."""
        return PRIVILEGED

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts whose primary address is exactly one of these, keyed by `same_address`."""
        return self._reader.find_by_emails(emails)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with these usernames, keyed by the casefolded name."""
        return self._reader.find_by_usernames(usernames)

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:
        """Accounts whose externalId is our key."""
        return self._reader.find_by_keys(keys)

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts; the ones that are gone are absent."""
        return {account.id: account for account in self._reader.get(account_ids)}

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, in pages, in the service's own order."""
        return self._reader.every()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts, in bulk where the service can."""
        return self._maker.make(accounts)

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes, tied to what was seen where the service has versions."""
        return self._changer.change([Wish(change) for change in changes])

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """RejectedError for each: SCIM has no such thing."""
        return [RejectedError(NO_MAIL) for _ in accounts]

    def password_page(self) -> str:
        """The address that the connection names."""
        return self._page

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Make the accounts inactive."""
        return self._changer.change([Wish(AccountChange(one), active=False) for one in accounts])

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Make the accounts active again."""
        return self._changer.change([Wish(AccountChange(one), active=True) for one in accounts])

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()


SPEC = Spec(
    kind="scim",
    label="SCIM 2.0",
    settings=(
        Setting(
            "token",
            "Token",
            "The bearer token that the service gives out for SCIM provisioning.",
            secret=True,
        ),
        Setting(
            "password_page",
            "Page for passwords",
            "The page where a person asks for a link to set a password; SCIM tells none, and the "
            "mails that Latchkey writes lead there.",
        ),
        Setting(
            "protected",
            "Protected usernames",
            "Accounts with power, which Latchkey leaves alone. SCIM does not tell who has power.",
            required=False,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.PARTLY,
        bulk_lookup=Support.PARTLY,
        roles=Support.FULL,
        fields=FIELDS,
        any_field=False,
        language=Support.FULL,
        own_mail=Support.NONE,
        one_time_link=Support.NONE,
        disable=Support.FULL,
        key=Support.FULL,
    ),
    usernames=UsernameLimits(max_length=255, allowed=r"A-Za-z0-9_.\-@"),
    connect=ScimSite,
    privileged=PRIVILEGED,
)
