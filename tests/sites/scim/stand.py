"""Stands for SCIM: the peer, seen with a token of its own."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2

from fakes.faults import Request, Status, Which
from latchkey.policy.values import NewAccount
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.scim.connector import SPEC
from sites.scim.peer import ADMIN_TOKEN, PASSWORD_PAGE, RIGHTS, TOKEN, Peer, running
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0007")
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATHS = ("/v2/Users", "/v2/Groups")


def looks(request: Request) -> bool:
    """Whether users or groups are looked for."""
    return request.method == "GET" and request.path.startswith(PATHS)


def writes(request: Request) -> bool:
    """Whether something is made or changed."""
    return request.method != "GET"


def mailing(request: Request) -> bool:  # noqa: ARG001 - it chooses none of them
    """SCIM sends no mail."""
    return False


LOOKS: Which = looks
WRITES: Which = writes
MAILING: Which = mailing


class ScimStand:
    """The peer, by its own endpoints."""

    spec = SPEC
    role = "members"
    another_role = "volunteers"
    powerful = "root"
    field = ""
    permissions: tuple[str, ...] = RIGHTS
    page = 100
    unknown_id = "no-such-user"
    writes = staticmethod(WRITES)
    looks = staticmethod(LOOKS)
    mailing = staticmethod(MAILING)

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        parts = urlsplit(peer.url)
        self.url = f"{parts.scheme}://{parts.netloc}"
        self._client = httpx2.Client(
            base_url=peer.url,
            headers={"Authorization": f"Bearer {ADMIN_TOKEN}"},
        )
        self._groups: dict[str, str] = {}
        for name in (self.role, self.another_role, "Admin"):
            self.add_group(name)
        self.make([NewAccount("root", "root@example.org", "", frozenset({"Admin"}))])

    def connection(self, url: str, *, password: str = "") -> SiteConnection:
        settings = {"password_page": f"{self.url}{PASSWORD_PAGE}"}
        secrets = {"token": Secret(password or TOKEN)}
        return SiteConnection(KEY, "directory", "scim", f"{url}/v2", settings, secrets)

    def credential(self) -> str:
        return TOKEN

    def make(self, accounts: Sequence[NewAccount]) -> None:
        for account in accounts:
            emails = [{"value": account.email, "primary": True}]
            user = {"schemas": [USER], "userName": account.username, "emails": emails}
            id_ = str(self._sent("POST", "/Users", user)["id"])
            for role in account.roles:
                self._join(role, id_)

    def seen(self, email: str) -> list[Seen]:
        groups = self._all("/Groups")
        return [
            Seen(
                str(user["id"]),
                str(user["userName"]),
                str(user["emails"][0]["value"]),
                frozenset(
                    group["displayName"]
                    for group in groups
                    if user["id"] in [one["value"] for one in group.get("members", [])]
                ),
            )
            for user in self._all("/Users")
            if email.casefold() in [one["value"].casefold() for one in user.get("emails", [])]
        ]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        self.peer.denied.add(permission)
        yield
        self.peer.denied.remove(permission)

    def mailed(self) -> list[str]:
        return []

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def refusal(self, text: str) -> Status:
        error = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": "400",
            "scimType": "invalidValue",
            "detail": text,
        }
        return Status(400, body=json.dumps(error).encode())

    def users(self) -> list[dict[str, Any]]:
        """All users as the service shows them."""
        return self._all("/Users")

    def add_user(self, username: str) -> None:
        """Make a user who has a name and nothing else."""
        self._sent("POST", "/Users", {"schemas": [USER], "userName": username})

    def add_group(self, name: str) -> None:
        """Make a group of this name."""
        made = self._sent("POST", "/Groups", {"schemas": [GROUP], "displayName": name})
        self._groups[name] = str(made["id"])

    def drop_group(self, name: str) -> None:
        """Delete the group of this name."""
        self._client.delete(f"/Groups/{self._groups.pop(name)}").raise_for_status()

    def close(self) -> None:
        self._client.close()

    def _join(self, role: str, id_: str) -> None:
        path = f"/Groups/{self._groups[role]}"
        group = self._client.get(path).json()
        group["members"] = [*group.get("members", []), {"value": id_}]
        self._sent("PUT", path, group)

    def _all(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while True:
            query = {"startIndex": len(rows) + 1, "count": 1000}
            page = self._client.get(path, params=query).json()
            rows += page.get("Resources", [])
            if len(rows) >= page["totalResults"]:
                return rows

    def _sent(self, method: str, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        answer = self._client.request(method, path, json=dict(body))
        answer.raise_for_status()
        made: dict[str, Any] = answer.json()
        return made


@contextmanager
def scim_stand(*, lacking: Iterable[str] = ()) -> Iterator[ScimStand]:
    """A peer with two groups and somebody with power."""
    with running(lacking=lacking) as peer:
        stand = ScimStand(peer)
        try:
            yield stand
        finally:
            stand.close()
