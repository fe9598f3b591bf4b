"""Joomla through the Web Services of its core, with an API token."""

import re
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.usernames import UsernameLimits
from latchkey.policy.values import Account, AccountChange, NewAccount, same_address
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Missing, RejectedError, RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import (
    Capabilities,
    RoleList,
    Setting,
    SiteConnection,
    Spec,
    Support,
)
from latchkey.sites.joomla.api import JSON_API, Api
from latchkey.sites.joomla.checking import health_of
from latchkey.sites.joomla.clashes import Asked, settled_clashes
from latchkey.sites.joomla.groups import Groups, Naming
from latchkey.sites.joomla.mail_to_user import SETTING, MailToUser
from latchkey.sites.joomla.reading import EMAIL, ID, USERNAME, Reader, singly
from latchkey.sites.joomla.reset_form import ResetForm
from latchkey.sites.joomla.users import NAME, foreign, is_id, params_for
from latchkey.sites.joomla.writing import GONE, Outcome, Write, Writer
from latchkey.sites.outcomes import settled
from latchkey.sites.rounds import claims

PRIVILEGED = frozenset({"administrator", "manager", "super users", "6", "7", "8"})
SHORTEST_USERNAME, LONGEST_USERNAME = 2, 150
# Cut out without a word, or refused (libraries/src/Table/User.php, the filter USERNAME).
NOT_IN_USERNAMES = re.compile(r"[\x00-\x1f\x7f<>\"'%&;()\\]|\.\./")
YES = frozenset({"yes", "true", "on", "1"})


class JoomlaSite:
    """One Joomla. Safe to share between threads; keeps no user longer than a call."""

    def __init__(self, connection: SiteConnection, doors: Doors) -> None:
        token = connection.secrets.get("token", Secret(""))
        self._door = doors.http(
            connection.url,
            headers={"Accept": JSON_API, "X-Joomla-Token": token},
            connections=connection.connections,
            allow_http=connection.allow_http,
        )
        # Visitors' pages: a session of its own, and no token of ours.
        self._visitor = doors.http(connection.url, connections=1, allow_http=connection.allow_http)
        self._api = Api(self._door, (token.reveal(),))
        self._groups = Groups(self._api, _naming(connection))
        self._reader = Reader(self._api, self._groups)
        self._writer = Writer(self._api, self._reader, self._groups)
        confirmed = connection.settings.get(SETTING, "").strip().lower() in YES
        self._mail = MailToUser(self._api, confirmed=confirmed)
        self._form = ResetForm(self._visitor, self._reader, self._groups)

    def check(self) -> Health:
        """Address, token, permissions, whether passwords are mailed, and the reset form."""
        return health_of(self._api, self._groups, self._mail, self._form)

    def roles(self) -> RoleList:
        """Every group but "Public", by title or by id as the connection says."""
        return RoleList(frozenset(self._groups.fresh().names.values()), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """Manager, Administrator, Super Users and what inherits from them, by their names here.

        A group that was given power by its own permissions is not seen: the API does not show them.
        """
        tree = self._groups.fresh()
        return PRIVILEGED | {role.casefold() for role in tree.roles(tree.powerful)}

    def find_by_emails(self, emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Accounts with exactly these addresses, keyed by `same_address`."""
        return self._reader.find([same_address(email) for email in emails], EMAIL)

    def find_by_usernames(self, usernames: Sequence[str]) -> Mapping[str, Account]:
        """Accounts with exactly these usernames, keyed by the casefolded name."""
        return singly(self._reader.find([name.casefold() for name in usernames], USERNAME))

    def find_by_keys(self, keys: Sequence[UUID]) -> Mapping[UUID, Account]:  # noqa: ARG002 - Joomla carries no key
        """Nothing: the core has no field for our key."""
        return {}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """These accounts, by whichever is cheaper: searches or the whole list."""
        return singly(self._reader.find(list(filter(is_id, account_ids)), ID))

    def accounts(self) -> Iterator[list[Account]]:
        """Every account, by its name: Joomla's API knows no other order."""
        return self._reader.every_page()

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """Make the accounts; SiteError while Joomla would mail their passwords."""
        if not accounts:
            return []
        self._mail.demand_silence()
        outcomes = self._writer.carry_out([self._making(account) for account in accounts])
        asked = [Asked(account.email, account.username) for account in accounts]
        return settled(settled_clashes(outcomes, asked, self))

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """Carry out the changes. The language is left as it is: see docs/connectors/joomla.md."""
        outcomes = self._writer.carry_out([self._changing(change) for change in changes])
        asked = [Asked(change.email, None, own=change.account.id) for change in changes]
        return settled(settled_clashes(outcomes, asked, self))

    def tell(self, accounts: Sequence[Account]) -> list[RemoteError | None]:
        """By the form for forgotten passwords, one after the other; ten an hour for each."""
        if not accounts:
            return []
        token = self._form.token()
        return settled([self._form.ask(account, token) for account in accounts])

    def password_page(self) -> str:
        """The address of the form for forgotten passwords."""
        return self._form.page

    def disable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Block the accounts; their groups stay."""
        return self._blocked(accounts, "1")

    def enable(self, accounts: Sequence[Account]) -> list[Account | RemoteError]:
        """Unblock the accounts."""
        return self._blocked(accounts, "0")

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()
        self._visitor.close()

    def _blocked(self, accounts: Sequence[Account], block: str) -> list[Account | RemoteError]:
        writes: list[Write | Outcome] = [
            Write({"block": block}, frozenset({f"id {one.id}"}), None, id=one.id)
            if is_id(one.id)
            else Missing(GONE)
            for one in accounts
        ]
        asked = [Asked(None, None, own=one.id) for one in accounts]
        return settled(settled_clashes(self._writer.carry_out(writes), asked, self))

    def _making(self, account: NewAccount) -> Write | RejectedError:
        refused = self._foreign(account.fields) or _unfit(account.username)
        if refused:
            return refused
        ids, unknown = self._groups.ids(account.roles)
        if unknown:
            return _unknown(unknown)
        body = {
            NAME: account.username,
            **account.fields,
            **params_for(account.language),
            "username": account.username,
            "email": account.email,
            "password": account.password,
            "block": "0",
            "sendEmail": "0",
            "requireReset": "0",
        }
        alone = claims(account)
        return Write(body, alone, ids, password=account.password)

    def _changing(self, change: AccountChange) -> Write | Outcome:
        if not is_id(change.account.id):
            return Missing(GONE)
        if refused := self._foreign(change.fields):
            return refused
        ids, unknown = self._groups.ids(change.roles) if change.roles is not None else (None, [])
        if unknown:
            return _unknown(unknown)
        body = dict(change.fields)
        if change.email is not None:
            body["email"] = change.email
        if change.password is not None:
            body |= {"password": change.password, "password2": change.password}
        address = {same_address(change.email)} if change.email else set()
        if not body and ids is None:
            return self._as_it_is(change.account.id)
        alone = frozenset({f"id {change.account.id}", *address})
        return Write(body, alone, ids, id=change.account.id, password=change.password or "")

    def _as_it_is(self, account_id: str) -> Outcome:
        user = self._reader.user(account_id)
        return Missing(GONE) if user is None else self._reader.account(user)

    def _foreign(self, fields: Mapping[str, str]) -> RejectedError | None:
        unknown = foreign(fields, self._api.own_fields()) if fields else []
        return RejectedError(f"Joomla has no field {', '.join(unknown)}.") if unknown else None


def _naming(connection: SiteConnection) -> Naming:
    given = connection.settings.get("groups", "").strip().lower()
    return Naming.ID if given == Naming.ID else Naming.TITLE


def _unknown(roles: Sequence[str]) -> RejectedError:
    return RejectedError(f"Joomla has no group {', '.join(roles)}.", roles[0])


def _unfit(username: str) -> RejectedError | None:
    """Joomla cuts some characters out of a username without a word: none of them is sent."""
    fits = SHORTEST_USERNAME <= len(username) <= LONGEST_USERNAME
    if fits and username == username.strip() and not NOT_IN_USERNAMES.search(username):
        return None
    return RejectedError(f"Joomla does not take the username {username!r} as it is.")


SPEC = Spec(
    kind="joomla",
    label="Joomla",
    settings=(
        Setting(
            "token",
            "API token",
            'From the tab "Joomla API Token" of the profile of the user that Latchkey works as. '
            "The user's group needs the permissions core.login.api, core.create and core.edit, "
            'and has to be allowed in the plugin "User - Joomla API Token".',
            secret=True,
        ),
        Setting(
            SETTING,
            "Joomla mails no passwords (mail_to_user is No)",
            "Joomla mails every new account its password in clear, unless "
            '"Notification Mail to User" (mail_to_user) is No in the plugin "User - Joomla!". '
            'Set it to No there, then write "yes" here. What Joomla\'s API shows of it counts '
            "more than what stands here: while it mails passwords no account is made.",
            required=False,
        ),
        Setting(
            "groups",
            "Groups are called by",
            '"title" (the default) or "id". Titles are what System > Users > Groups shows, in the '
            "site's language; choose ids where titles change, or where two groups have the same.",
            required=False,
        ),
    ),
    capabilities=Capabilities(
        bulk=Support.NONE,
        bulk_lookup=Support.NONE,
        roles=Support.FULL,
        fields=(NAME,),
        any_field=True,
        language=Support.PARTLY,
        own_mail=Support.FULL,
        one_time_link=Support.NONE,
        disable=Support.FULL,
        key=Support.NONE,
        last_login=Support.FULL,
    ),
    usernames=UsernameLimits(
        max_length=LONGEST_USERNAME, allowed=r"A-Za-z0-9_.\-@", min_length=SHORTEST_USERNAME
    ),
    connect=JoomlaSite,
    privileged=PRIVILEGED,
)
