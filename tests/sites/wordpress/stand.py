"""Stands for WordPress: the practice site and the real one, from behind the connector."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx2

from fakes.faults import Status, requests
from fakes.practice import APP_PASSWORD, start_practice
from latchkey.policy.values import NewAccount
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.wordpress.connector import SPEC
from live.wordpress import LEAST_PRIVILEGE, LiveWordPress
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0001")
USERS = "/wp-json/wp/v2/users"
MAKE = """
foreach ( $arguments['accounts'] as $account ) {
    $made = wp_insert_user( wp_slash( $account ) );
    if ( is_wp_error( $made ) ) {
        fwrite( STDERR, $made->get_error_message() );
        exit( 1 );
    }
}
"""
TAKE = "get_role( 'account_maker' )->remove_cap( $arguments['capability'] );"
GIVE_BACK = "get_role( 'account_maker' )->add_cap( $arguments['capability'] );"


class WordPressStand:
    """What the practice site and the real one have in common."""

    spec = SPEC
    role = "subscriber"
    another_role = "contributor"
    powerful = "admin"
    permissions: tuple[str, ...] = LEAST_PRIVILEGE
    page = 100
    unknown_id = "999999"
    writes = staticmethod(requests("POST", r"batch/v1|wp/v2/users"))
    looks = staticmethod(requests("GET", r"wp/v2/users\?"))
    mailing = staticmethod(requests("POST", r"wp-login\.php"))

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self._username = username
        self._password = password

    def connection(self, url: str, *, password: str = "") -> SiteConnection:
        secrets = {"password": Secret(password or self._password)}
        return SiteConnection(KEY, "www", "wordpress", url, {"username": self._username}, secrets)

    def credential(self) -> str:
        return self._password

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def refusal(self, text: str) -> Status:
        parameters = {"status": 400, "params": {"password": text}}
        body = {"code": "rest_invalid_param", "message": text, "data": parameters}
        return Status(400, body=json.dumps(body).encode())


class PracticeStand(WordPressStand):
    """The practice site, by its own REST API and its switches."""

    def __init__(self, url: str) -> None:
        super().__init__(url, "latchkey", APP_PASSWORD)

    def turn(self, **switches: object) -> None:
        """Turn switches of the practice world."""
        httpx2.post(f"{self.url}/practice/control", json=switches).raise_for_status()

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self._back_door() as door:
            for account in accounts:
                door.post(USERS, json=_body(account)).raise_for_status()

    def seen(self, email: str) -> list[Seen]:
        query: dict[str, str | int] = {
            "context": "edit",
            "per_page": 100,
            "search": email,
            "search_columns": "email",
        }
        with self._back_door() as door:
            users = door.get(USERS, params=query).json()
        return [_seen(user) for user in users if user["email"].lower() == email.lower()]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        left = [one for one in LEAST_PRIVILEGE if one != permission]
        self.turn(capabilities={"user": "latchkey", "capabilities": left})
        yield
        self.turn(capabilities={"user": "latchkey", "capabilities": None})

    def mailed(self) -> list[str]:
        messages = httpx2.get(f"{self.url}/mailbox/messages.json").json()
        return [message["to"] for message in messages]

    def _back_door(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, auth=(self._username, self._password), timeout=30)


@contextmanager
def practice_stand(home: Path) -> Iterator[PracticeStand]:
    """A practice site of its own, with its state in `home`."""
    practice = start_practice(home)
    try:
        yield PracticeStand(practice.url)
    finally:
        practice.stop()


class LiveStand(WordPressStand):
    """The real WordPress, by PHP inside it and by its database."""

    def __init__(self, site: LiveWordPress) -> None:
        super().__init__(site.url, site.username, site.app_password)
        self._site = site

    def make(self, accounts: Sequence[NewAccount]) -> None:
        self._site.php(MAKE, accounts=[_row(account) for account in accounts])

    def seen(self, email: str) -> list[Seen]:
        users = [user for user in self._site.users() if user.email.lower() == email.lower()]
        return [Seen(str(u.id), u.username, u.email, frozenset(u.roles)) for u in users]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        self._site.php(TAKE, capability=permission)
        yield
        self._site.php(GIVE_BACK, capability=permission)

    def mailed(self) -> list[str]:
        return [mail.to for mail in self._site.mails()]


def _body(account: NewAccount) -> dict[str, object]:
    return {
        "username": account.username,
        "email": account.email,
        "password": account.password,
        "roles": sorted(account.roles),
    }


def _row(account: NewAccount) -> dict[str, object]:
    return {
        "user_login": account.username,
        "user_email": account.email,
        "user_pass": account.password,
        "role": next(iter(account.roles), ""),
    }


def _seen(user: Mapping[str, object]) -> Seen:
    roles = user["roles"]
    assert isinstance(roles, list)
    return Seen(str(user["id"]), str(user["username"]), str(user["email"]), frozenset(roles))
