"""Moodle through its REST web services, with a token."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount
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
from latchkey.sites.moodle.calls import Calls, only_reads
from latchkey.sites.moodle.changing import Changer, Wish
from latchkey.sites.moodle.checking import health_of
from latchkey.sites.moodle.cohorts import Cohorts
from latchkey.sites.moodle.languages import Languages
from latchkey.sites.moodle.mailing import ask_for_mail
from latchkey.sites.moodle.making import Maker
from latchkey.sites.moodle.reading import Reader
from latchkey.sites.moodle.users import FIELDS
from latchkey.sites.outcomes import settled

FORGOT_PASSWORD = "/login/forgot_password.php"  # noqa: S105 - the path of a page
PRIVILEGED = frozenset({"administrators", "managers", "course creators", "teachers"})


class MoodleSite:
    """One Moodle, whose cohorts are the roles. Safe to share between threads."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        self._door = doors.http(
            connection.url,
            headers={"Accept": "application/json"},
            is_read=only_reads,
            connections=connection.connections,
            allow_http=connection.allow_http,
        )
        self._calls = Calls(self._door, connection.secrets.get("token", Secret("")))
        self._cohorts = Cohorts(self._calls)
        self._reader = Reader(self._calls, self._cohorts, connection.listed("protected"))
        languages = Languages(self._reader.languages)
        self._maker = Maker(
            self._calls, self._reader, self._cohorts, languages, connection.connections
        )
        self._changer = Changer(self._calls, self._reader, self._cohorts, languages)

    def check(self) -> Health:
        """Address, token, the functions of its service, and what its user may do."""
        return health_of(self._calls, self._reader, self._cohorts)

    def roles(self) -> RoleList:
        """The cohorts, by ID number or, where they have none, by name."""
        return RoleList(frozenset(self._cohorts.look()), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """By convention only: Moodle does not tell what a cohort gives."""
        return PRIVILEGED

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses, keyed by `same_address`."""
        return self._reader.find_by_emails(emails)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with these usernames; Moodle keeps them in lower case."""
        found = self._reader.find("username", [name.lower() for name in usernames])
        return {account.username.casefold(): account for account in found}

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:
        """Accounts whose ID number is our key."""
        found = self._reader.find("idnumber", [str(key) for key in keys])
        return {account.key: account for account in found if account.key in set(keys)}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts; the ones that are gone are absent."""
        numbers = [id_ for id_ in account_ids if id_.isascii() and id_.isdigit()]
        return {account.id: account for account in self._reader.find("id", numbers)}

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, ascending by id; Moodle sends them in one piece."""
        return self._reader.every()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts. A language that is not installed is left out."""
        return self._maker.make(accounts)

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes. A language that was not seen to be there is left out."""
        return self._changer.change([Wish(change) for change in changes])

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """By Moodle's own mail for forgotten passwords."""
        asking = [partial(ask_for_mail, self._calls, account) for account in accounts]
        return settled(self._door.together(asking)) if asking else []

    def password_page(self) -> str:
        """The address of the page for forgotten passwords."""
        return f"{self._door.url}{FORGOT_PASSWORD}"

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Suspend the accounts; their sessions end."""
        return self._changer.change([Wish(AccountChange(one), suspended=True) for one in accounts])

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Suspend the accounts no longer."""
        return self._changer.change([Wish(AccountChange(one), suspended=False) for one in accounts])

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()


SPEC = Spec(
    kind="moodle",
    label="Moodle",
    settings=(
        Setting(
            "token",
            "Token",
            "Made under Site administration > Server > Web services > Manage tokens, for a user "
            "and an external service of Latchkey's own.",
            secret=True,
        ),
        Setting(
            "protected",
            "Protected usernames",
            "Accounts with power, which Latchkey leaves alone: administrators, managers, "
            "teachers. Moodle does not tell who has power; the first administrator is known.",
            required=False,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.FULL,
        bulk_lookup=Support.FULL,
        roles=Support.FULL,
        fields=FIELDS,
        any_field=True,
        language=Support.PARTLY,
        own_mail=Support.FULL,
        one_time_link=Support.NONE,
        disable=Support.FULL,
        key=Support.FULL,
    ),
    usernames=UsernameLimits(max_length=100, allowed=r"a-z0-9_.\-@", lowercase=True),
    connect=MoodleSite,
    privileged=PRIVILEGED,
)
