"""CiviCRM Standalone: the CRM whose users are its own, through its API v4."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount
from latchkey.remote.civicrm.api import Api
from latchkey.remote.civicrm.doors import civicrm_door
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.standalone.changing import Changer
from latchkey.sites.standalone.checking import health_of
from latchkey.sites.standalone.mailing import Mailing
from latchkey.sites.standalone.making import Maker
from latchkey.sites.standalone.reading import Reader
from latchkey.sites.standalone.roles import Roles
from latchkey.sites.standalone.users import FIELDS, LONGEST_NAME

PASSWORD_PAGE = "/civicrm/login/password"  # noqa: S105 - the path of a page
PRIVILEGED = frozenset({"admin", "administrator"})


class StandaloneSite:
    """One CiviCRM Standalone, 5.77 or later. Safe to share between threads."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        key = connection.secrets.get("api_key", Secret(""))
        site_key = connection.secrets.get("site_key")
        self._door = civicrm_door(
            doors,
            connection.url,
            key,
            site_key,
            connections=connection.connections,
            allow_http=connection.allow_http,
        )
        hidden = tuple(one.reveal() for one in (key, site_key) if one)
        self._api = Api(self._door, hidden)
        self._roles = Roles(self._api)
        self._reader = Reader(self._api, self._roles)
        self._maker = Maker(
            self._api, self._door, self._reader, self._roles, connection.connections
        )
        self._changer = Changer(self._api, self._door, self._reader, self._roles)
        self._mailing = Mailing(self._api, self._door, self._reader)

    def check(self) -> Health:
        """Address, key, what it may do, and which generation of the reset mail there is."""
        return health_of(self._api, self._reader, self._roles, self._mailing)

    def roles(self) -> RoleList:
        """All roles but the one that everyone has."""
        return RoleList(frozenset(self._roles.look()), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """By convention, and those whose permissions give power."""
        seen = self._roles.look().items()
        return PRIVILEGED | {name.casefold() for name, powers in seen if powers}

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses; half-made ones are made whole."""
        return self._reader.find_by_emails(emails)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames; the oldest where a name is had twice."""
        wanted = {name.casefold() for name in usernames}
        users = self._reader.find("username", sorted(wanted))
        found = {user.account.username.casefold(): user.account for user in reversed(users)}
        return {name: account for name, account in found.items() if name in wanted}

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:  # noqa: ARG002 - a user carries no key
        """Nothing: a user carries its contact's id instead."""
        return {}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts, a thousand a request."""
        return self._reader.get(account_ids)

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, ascending by id."""
        return self._reader.every()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts, linked with their contacts, without a password."""
        return self._maker.make(accounts)

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes. A password is refused: only its owner may set it."""
        return self._changer.change(changes)

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """By CiviCRM's own reset mail; before 5.81 it does not say whether it went out."""
        return self._mailing.tell(accounts)

    def password_page(self) -> str:
        """The address of the page that asks for a reset mail."""
        return f"{self._door.url}{PASSWORD_PAGE}"

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Make the accounts inactive."""
        return self._changer.change([AccountChange(one) for one in accounts], active=False)

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Make the accounts active again."""
        return self._changer.change([AccountChange(one) for one in accounts], active=True)

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()


SPEC = Spec(
    kind="standalone",
    label="CiviCRM Standalone",
    settings=(
        Setting(
            "api_key",
            "API key",
            "The key of the contact whose user Latchkey works as. The user's role needs "
            "authenticate with api key, access CiviCRM, view all contacts and "
            "cms:administer users; view debug output makes errors readable.",
            secret=True,
        ),
        Setting(
            "site_key",
            "Site key",
            "CIVICRM_SITE_KEY, only where AuthX asks for it.",
            secret=True,
            required=False,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.FULL,
        bulk_lookup=Support.FULL,
        roles=Support.FULL,
        fields=FIELDS,
        any_field=False,
        language=Support.FULL,
        own_mail=Support.FULL,
        one_time_link=Support.NONE,
        disable=Support.FULL,
        key=Support.NONE,
    ),
    usernames=UsernameLimits(max_length=LONGEST_NAME, allowed=r"A-Za-z0-9 _.\-@"),
    connect=StandaloneSite,
    privileged=PRIVILEGED,
)
