"""Drupal 8 and later through JSON:API, by a session or basic authentication."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount, same_address
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Missing, RejectedError, RemoteError, SiteError
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.drupal.access import Access
from latchkey.sites.drupal.checking import health_of
from latchkey.sites.drupal.jsonapi import JsonApi
from latchkey.sites.drupal.mailing import ACTIVATION, PAGE, RESET, by_activation, by_reset
from latchkey.sites.drupal.reading import MAIL, NAME, Reader
from latchkey.sites.drupal.refusals import GONE
from latchkey.sites.drupal.roles import BY_NATURE, RoleBook
from latchkey.sites.drupal.users import FIELDS, OWN, attributes_for, uuids_among
from latchkey.sites.drupal.writing import Outcome, Write, Writer
from latchkey.sites.outcomes import settled

PRIVILEGED = frozenset(
    {
        "administrator",
        "content_editor",
        "editor",
        "manager",
        "site_admin",
        "site_administrator",
        "site_builder",
        "site_manager",
        "webmaster",
    }
)


class DrupalSite:
    """One Drupal. Safe to share between threads; keeps no user longer than a call."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        self._mail = connection.settings.get("mail", "").strip() or RESET
        if self._mail not in {RESET, ACTIVATION}:
            raise SiteError(f"mail = {self._mail!r} is neither {RESET!r} nor {ACTIVATION!r}.")
        self._access = Access(connection, doors)
        self._api = JsonApi(self._access)
        self._book = RoleBook(self._api)
        self._reader = Reader(self._api, self._book)
        self._writer = Writer(self._api, self._reader, self._book)

    def check(self) -> Health:
        """Address, credential, way in, permission, whether writes are taken, and the roles."""
        return health_of(self._api, self._reader, self._book)

    def roles(self) -> RoleList:
        """Those that are listed to us, and those that accounts have."""
        next(self._reader.every_page(), None)
        return self._book.roles()

    def privileged_roles(self) -> frozenset[str]:
        """By convention, those that Drupal shows to have power, and those of our own user."""
        own = self._reader.me().roles
        return PRIVILEGED | self._book.powerful() | {role.lower() for role in own}

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses, keyed by `same_address`."""
        return self._reader.find([same_address(email) for email in emails], MAIL)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames, keyed by the casefolded name."""
        found = self._reader.find([name.casefold() for name in usernames], NAME)
        return {name: accounts[0] for name, accounts in found.items()}

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:
        """Accounts whose UUID is our key."""
        found = self._reader.by_ids([str(key) for key in keys])
        return {UUID(account_id): account for account_id, account in found.items()}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts by UUID, fifty a request."""
        return self._reader.by_ids(account_ids)

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, ascending by number."""
        return self._reader.every_page()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts, active and untold. A language that is not there is left out."""
        return self._writer.carry_out([_making(account) for account in accounts])

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes."""
        prepared = [_changing(change) or change.account.id for change in changes]
        unchanged = [one for one in prepared if isinstance(one, str)]
        there = self.get(unchanged) if unchanged else {}
        return self._writer.carry_out(
            [there.get(one) or Missing(GONE) if isinstance(one, str) else one for one in prepared]
        )

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """By the reset mail, or, where the connection says so, by the one of an activation."""
        asking = [partial(self._told, account) for account in accounts]
        return settled(self._api.together(asking))

    def password_page(self) -> str:
        """The address of the form for lost passwords."""
        return f"{self._access.open.url}{PAGE}"

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Block the accounts; the roles stay (recording patch_block)."""
        return self._writer.carry_out([_activating(one, active=False) for one in accounts])

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Unblock the accounts. Drupal mails the person, unless it was told not to."""
        return self._writer.carry_out([_activating(one, active=True) for one in accounts])

    def close(self) -> None:
        """Let go of connections."""
        self._access.close()

    def _told(self, account: Account) -> RemoteError | None:
        if self._mail == ACTIVATION and account.last_login is None and account.key is not None:
            block, activate = partial(self._set, active=False), partial(self._set, active=True)
            return by_activation(block, activate, account)
        return by_reset(self._access.open, account)

    def _set(self, account: Account, *, active: bool) -> Outcome:
        try:
            return self._writer.carry_out([_activating(account, active=active)])[0]
        except RemoteError as error:
            return error


def _making(account: NewAccount) -> Write | RejectedError:
    if refused := _foreign(account.fields) or _by_nature(account.roles):
        return refused
    return Write(
        attributes_for(
            name=account.username,
            email=account.email,
            password=account.password,
            status=True,
            fields=account.fields,
        ),
        alone=frozenset({same_address(account.email), f"name {account.username.casefold()}"}),
        key=account.key,
        email=account.email,
        roles=account.roles,
        language=account.language,
        password=account.password,
    )


def _changing(change: AccountChange) -> Write | RejectedError | None:
    """What is sent for a change; None where nothing is to change."""
    if not uuids_among([change.account.id]):
        return Missing(GONE)
    if refused := _foreign(change.fields) or _by_nature(change.roles or ()):
        return refused
    attributes = attributes_for(email=change.email, password=change.password, fields=change.fields)
    if not attributes and change.roles is None and not change.language:
        return None
    address = {same_address(change.email)} if change.email else set()
    return Write(
        attributes,
        alone=frozenset({f"id {change.account.id}", *address}),
        id=change.account.id,
        email=change.email or "",
        roles=change.roles,
        language=change.language,
        password=change.password or "",
    )


def _activating(account: Account, *, active: bool) -> Write | Missing:
    if not uuids_among([account.id]):
        return Missing(GONE)
    attributes = attributes_for(status=active, fields={})
    return Write(attributes, alone=frozenset({f"id {account.id}"}), id=account.id)


def _foreign(fields: Mapping[str, str]) -> RejectedError | None:
    """What is no field of its own is not given by one."""
    taken = sorted(set(fields) & OWN)
    return RejectedError(f"{', '.join(taken)} cannot be set as a field.") if taken else None


def _by_nature(roles: Iterable[str]) -> RejectedError | None:
    """What everybody is anyway cannot be given, and no account is shown to have it."""
    role = next((role for role in roles if role in BY_NATURE), None)
    if role is None:
        return None
    return RejectedError(f"Everybody is {role} without being given it: leave it out.", role)


SPEC = Spec(
    kind="drupal",
    label="Drupal 8 and later",
    settings=(
        Setting(
            "username",
            "Username",
            "The Drupal user that Latchkey works as. Its role needs the permission "
            "'administer users', and should have nothing else.",
        ),
        Setting(
            "password",
            "Password",
            "The password that this user logs in with. Five wrong ones block the user for six "
            "hours, so Latchkey tries one only once.",
            secret=True,
        ),
        Setting(
            "mail",
            "Mail to new people",
            "Which of its mails Drupal sends where a rule has notify = site or both: reset (the "
            "default; Drupal says when it cannot be sent) or activation (it reads better, and "
            "Drupal does not say).",
            required=False,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.NONE,
        bulk_lookup=Support.FULL,
        roles=Support.FULL,
        fields=FIELDS,
        any_field=True,
        language=Support.FULL,
        own_mail=Support.FULL,
        one_time_link=Support.NONE,
        disable=Support.FULL,
        key=Support.FULL,
        last_login=Support.FULL,
    ),
    usernames=UsernameLimits(max_length=60, allowed=r"A-Za-z0-9 _.\-@+'"),
    connect=DrupalSite,
    privileged=PRIVILEGED,
)
