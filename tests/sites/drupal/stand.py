"""The stand for Drupal: the practice Drupal, from behind the connector."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from fakes.faults import Request, Status, requests
from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.practice.drupal import PASSWORD, SERVICE
from latchkey.practice.drupal.roles import ADMINISTER_USERS
from latchkey.practice.drupal.seeding import EDITOR, MEMBER, PROVISIONER
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.drupal.connector import SPEC
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0002")


def _writes(request: Request) -> bool:
    return request.method in {"POST", "PATCH"} and request.path.startswith("/jsonapi/user/user")


class DrupalStand:
    """The practice Drupal, by its own switches and its REST resource for users."""

    spec = SPEC
    role = MEMBER
    another_role = EDITOR
    powerful = "admin"
    permissions: tuple[str, ...] = (ADMINISTER_USERS,)
    page = 50
    unknown_id = "11111111-2222-4333-8444-555555555555"
    writes = staticmethod(_writes)
    looks = staticmethod(requests("GET", r"^/jsonapi/user/user\?"))
    mailing = staticmethod(requests("POST", r"^/user/password"))

    def __init__(self, url: str) -> None:
        self.url = url

    def connection(self, url: str, *, password: str = "", **settings: str) -> SiteConnection:
        secrets = {"password": Secret(password or PASSWORD)}
        given = {"username": SERVICE, **settings}
        return SiteConnection(KEY, "www", "drupal", url, given, secrets)

    def credential(self) -> str:
        return PASSWORD

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with httpx2.Client(base_url=self.url, auth=(SERVICE, PASSWORD), timeout=30) as door:
            for account in accounts:
                made = door.post("/entity/user?_format=json", json=_body(account))
                assert made.status_code == 201, made.text

    def seen(self, email: str) -> list[Seen]:
        return [
            Seen(one["id"], one["name"], one["mail"], frozenset(one["roles"]))
            for one in self.shown()["accounts"]
            if (one["mail"] or "").lower() == email.lower()
        ]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        assert permission == ADMINISTER_USERS
        self.turn(permissions={"role": PROVISIONER, "permissions": []})
        yield
        self.turn(permissions={"role": PROVISIONER, "permissions": [ADMINISTER_USERS]})

    def mailed(self) -> list[str]:
        return [mail["to"] for mail in self.mails()]

    def mails(self) -> list[dict[str, Any]]:
        """Every mail, oldest first."""
        found: list[dict[str, Any]] = httpx2.get(f"{self.url}/mailbox/messages.json").json()
        return found

    def spoiled(self, account: NewAccount) -> NewAccount:
        return NewAccount(
            account.username, "not an address", account.password, account.roles, key=account.key
        )

    def refusal(self, text: str) -> Status:
        told = {"title": "Unprocessable Content", "status": "422", "detail": f"pass: {text}"}
        return Status(422, body=json.dumps({"errors": [told]}).encode())

    def turn(self, **switches: object) -> None:
        """Turn switches of the practice Drupal."""
        httpx2.post(f"{self.url}/practice/control", json=switches).raise_for_status()

    def shown(self) -> dict[str, Any]:
        """The switches and accounts of the practice Drupal."""
        found: dict[str, Any] = httpx2.get(f"{self.url}/practice/control").json()
        return found


@contextmanager
def drupal_stand(home: Path, **switches: object) -> Iterator[DrupalStand]:
    """A practice Drupal of its own, with its state in `home`."""
    practice = start_practice(home, site="drupal")
    try:
        stand = DrupalStand(practice.url)
        stand.turn(**switches)
        yield stand
    finally:
        practice.stop()


def _body(account: NewAccount) -> dict[str, object]:
    roles = [{"target_id": role} for role in sorted(account.roles)]
    plain = {"name": account.username, "mail": account.email, "pass": account.password}
    values: dict[str, object] = {name: [{"value": value}] for name, value in plain.items()}
    return {**values, "status": [{"value": True}], "roles": roles}
