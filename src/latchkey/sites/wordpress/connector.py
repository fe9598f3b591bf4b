"""WordPress through its own REST API, with an application password."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount, same_address
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, Missing, RejectedError, RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.outcomes import settled
from latchkey.sites.rounds import claims
from latchkey.sites.wordpress.checking import health_of
from latchkey.sites.wordpress.keeping import keeps
from latchkey.sites.wordpress.lost_password import FORM, ask_for_mail, login_page
from latchkey.sites.wordpress.reading import Column, Reader, singly
from latchkey.sites.wordpress.rest import Rest, parsed
from latchkey.sites.wordpress.users import (
    CORE_ROLES,
    FIELDS,
    body_for,
    is_id,
    locale_for,
    stored_address,
)
from latchkey.sites.wordpress.writing import Outcome, Write, Writer

# WordPress searches addresses as it stores them, and a text with @ among addresses only.
EMAIL = Column("email", lambda one: same_address(one.email), stored_address)
USERNAME = Column(
    "username", lambda one: one.username.casefold(), lambda key: max(key.split("@"), key=len)
)

LONGEST_ADDRESS = 100  # user_email, wp-admin/includes/schema.php
GONE = "There is no such account any more."
PRIVILEGED = frozenset({"administrator", "bbp_keymaster", "editor", "shop_manager"})


class WordPressSite:
    """One WordPress. Safe to share between threads; keeps no user longer than a call."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        username = connection.settings.get("username", "").strip()
        password = connection.secrets.get("password", Secret(""))
        self._door = doors.http(
            connection.url,
            headers={"Accept": "application/json"},
            basic=(username, password),
            connections=connection.connections,
            allow_http=connection.allow_http,
        )
        self._rest = Rest(self._door, _hidden(username, password))
        self._reader = Reader(self._rest)
        self._writer = Writer(self._rest, connection.connections, self.find_by_emails)
        self._page: str | None = None

    def check(self) -> Health:
        """Address, credential, the four capabilities, and whether batches are taken."""
        return health_of(self._rest)

    def roles(self) -> RoleList:
        """The five of the core and those that users have: WordPress lists none."""
        self._reader.look_around()
        return RoleList(CORE_ROLES | self._reader.roles, complete=False)

    def privileged_roles(self) -> frozenset[str]:
        """By convention, and the roles through which users have power."""
        self._reader.look_around()
        return PRIVILEGED | {role.lower() for role in self._reader.powerful}

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses, keyed by `same_address`."""
        return self._reader.find([same_address(email) for email in emails], EMAIL)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames, keyed by the casefolded name."""
        return singly(self._reader.find([name.casefold() for name in usernames], USERNAME))

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:  # noqa: ARG002 - WordPress carries no key
        """Nothing: users have no field for our key that the REST API would keep."""
        return {}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts, a hundred a request."""
        return self._reader.by_ids(account_ids)

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, ascending by id."""
        return self._reader.every_page()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts. A language that is not installed is left out."""
        outcomes = self._writer.carry_out([self._making(account) for account in accounts])
        return self._with_those_in_the_way(
            [account.username for account in accounts],
            [account.email for account in accounts],
            outcomes,
        )

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes. WordPress mails the person when address or password change."""
        outcomes = self._writer.carry_out([self._changing(change) for change in changes])
        return self._with_those_in_the_way(
            [change.account.username for change in changes],
            [change.email or change.account.email for change in changes],
            outcomes,
        )

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """By the form for lost passwords; RejectedError quotes what the form says."""
        page = self._login_page()
        asking = [partial(ask_for_mail, self._rest, page, account) for account in accounts]
        return settled(self._door.together(asking))

    def password_page(self) -> str:
        """The address of the form for lost passwords."""
        return f"{self._door.url}{self._login_page()}{FORM}"

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Take the roles, all that WordPress can do (recording users-update-roles-empty)."""
        return self.update([AccountChange(account, roles=frozenset()) for account in accounts])

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """The accounts as they are: the roles come back by `update`."""
        return self._as_they_are(accounts)

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()

    def _login_page(self) -> str:
        """The path of wp-login.php, which is where WordPress is installed; asked for once."""
        if self._page is None:
            index = parsed(self._rest.read("/", {"_fields": "url"}))
            self._page = login_page(index, self._door.url)
        return self._page

    def _making(self, account: NewAccount) -> Write | RejectedError:
        if unfit := _foreign(account.fields) or _too_long(account.email):
            return unfit
        body = body_for(
            roles=account.roles,
            fields=account.fields,
            email=account.email,
            password=account.password,
            locale=self._locale(account.language),
        )
        return Write(
            {"username": account.username, **body},
            alone=claims(account),
            email=account.email,
            roles=account.roles,
            password=account.password,
        )

    def _changing(self, change: AccountChange) -> Write | Outcome:
        if not is_id(change.account.id):
            return Missing(GONE)
        if unfit := _foreign(change.fields) or _too_long(change.email or ""):
            return unfit
        body = body_for(
            roles=change.roles,
            fields=change.fields,
            email=change.email,
            password=change.password,
            locale=self._locale(change.language),
        )
        if not body:
            return self._as_they_are([change.account])[0]
        address = {same_address(change.email)} if change.email else set()
        return Write(
            body,
            alone=frozenset({f"id {change.account.id}", *address}),
            id=change.account.id,
            email=change.email or "",
            roles=change.roles or frozenset(),
            password=change.password or "",
        )

    def _locale(self, language: str | None) -> str | None:
        return locale_for(language, self._rest.offer().locales) if language else None

    def _as_they_are(self, accounts: Sequence[Account]) -> list[Outcome]:
        there = self.get([account.id for account in accounts])
        return [there.get(account.id) or Missing(GONE) for account in accounts]

    def _with_those_in_the_way(
        self, usernames: Sequence[str], emails: Sequence[str], outcomes: list[Outcome]
    ) -> list[Outcome]:
        """The outcomes with every Conflict naming its account.

        Where looking it up fails, that failure takes the place of the Conflict: nothing was done.
        """
        clashes = {
            i: one
            for i, one in enumerate(outcomes)
            if isinstance(one, Conflict) and one.existing is None
        }
        try:
            by_username = self.find_by_usernames(
                [usernames[i] for i, one in clashes.items() if one.on == "username"]
            )
            by_email = self.find_by_emails(
                [emails[i] for i, one in clashes.items() if one.on == "email"]
            )
        except RemoteError as error:
            return [error if i in clashes else one for i, one in enumerate(outcomes)]
        for i, clash in clashes.items():
            there = [*by_email.get(same_address(emails[i]), ())] if clash.on == "email" else []
            named = by_username.get(usernames[i].casefold()) if clash.on == "username" else None
            clash.existing = named or next(iter(there), None)
        return outcomes


def _hidden(username: str, password: Secret) -> tuple[str, ...]:
    """The credential, as it is and as it travels."""
    plain = password.reveal()
    return plain, b64encode(f"{username}:{plain}".encode()).decode()


def _foreign(fields: Mapping[str, str]) -> RejectedError | None:
    """WordPress takes fields it does not know without a word, and forgets them."""
    unknown = sorted(set(fields) - set(FIELDS))
    return RejectedError(f"WordPress has no field {', '.join(unknown)}.") if unknown else None


def _too_long(email: str) -> RejectedError | None:
    """WordPress does not look: its table takes no longer one, and it breaks off in mid-batch."""
    if len(stored_address(email)) <= LONGEST_ADDRESS:
        return None
    return RejectedError(f"WordPress has room for {LONGEST_ADDRESS} characters of an address.")


SPEC = Spec(
    kind="wordpress",
    label="WordPress",
    settings=(
        Setting(
            "username",
            "Username",
            "The WordPress user that Latchkey works as. Its role needs create_users, list_users, "
            "edit_users and promote_users, and should have nothing else.",
        ),
        Setting(
            "password",
            "Application password",
            "Made under Users > Profile > Application Passwords, with or without its spaces. "
            "The password that the user logs in with does not work here.",
            secret=True,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.PARTLY,
        bulk_lookup=Support.NONE,
        roles=Support.FULL,
        fields=FIELDS,
        any_field=False,
        language=Support.PARTLY,
        own_mail=Support.FULL,
        one_time_link=Support.NONE,
        disable=Support.PARTLY,
        key=Support.NONE,
    ),
    usernames=UsernameLimits(max_length=60, allowed=r"A-Za-z0-9 _.\-@"),
    connect=WordPressSite,
    privileged=PRIVILEGED,
    keeps=keeps,
)
