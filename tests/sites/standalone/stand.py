"""Stands for CiviCRM Standalone: the practice one, in both versions, from behind the connector."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx2

from fakes.faults import Request, Status, Which, requests
from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.practice.standalone import API_KEY
from latchkey.practice.standalone.entities import packed
from latchkey.practice.standalone.seeding import NEEDED, SERVICE_ROLE, insert
from latchkey.practice.standalone.switches import NEW
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.standalone.connector import SPEC
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0007")
SEEN = """
SELECT u.id, u.username, u.uf_name, group_concat(r.name) FROM standalone_user u
LEFT JOIN standalone_user_role h ON h.user_id = u.id LEFT JOIN standalone_role r ON r.id = h.role_id
WHERE u.uf_name = ? COLLATE NOCASE GROUP BY u.id
"""
GRANT = "UPDATE standalone_role SET permissions = ? WHERE name = ?"


def calling(text: str) -> Which:
    """Choose multi-calls that hold this call."""

    def chooses(request: Request) -> bool:
        return text.encode() in request.body

    return chooses


class StandaloneStand:
    """The practice Standalone, by its switches and its tables."""

    spec = SPEC
    role = "member"
    another_role = "staff"
    powerful = "admin"
    permissions: tuple[str, ...] = (
        "authenticate with api key",
        "access CiviCRM",
        "view all contacts",
        "cms:administer users",
    )
    page = 500
    unknown_id = "999999"
    writes = staticmethod(requests("POST", r"/User/(save|create|update)"))
    looks = staticmethod(calling("%5B%22User%22%2C%22get%22%2C"))
    mailing = staticmethod(requests("POST", r"/User/sendPasswordReset"))

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._home = home
        self.grant(NEEDED)

    def connection(self, url: str, *, password: str = "") -> SiteConnection:
        secrets = {"api_key": Secret(password or API_KEY)}
        return SiteConnection(KEY, "members", "standalone", url, {}, secrets)

    def credential(self) -> str:
        return API_KEY

    def turn(self, **switches: object) -> None:
        """Turn switches of the practice Standalone."""
        httpx2.post(f"{self.url}/practice/control", json=switches).raise_for_status()

    def grant(self, permissions: frozenset[str]) -> None:
        """Give the connection's user exactly these permissions."""
        with self.tables() as db:
            db.execute(GRANT, (packed(permissions), SERVICE_ROLE))

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self.tables() as db:
            for one in accounts:
                role = next(iter(one.roles), "everyone")
                insert(db, one.username, one.email, role, self.contact(db, one.email))

    def seen(self, email: str) -> list[Seen]:
        with self.tables() as db:
            rows = db.execute(SEEN, (email,)).fetchall()
        return [Seen(str(i), u, e, frozenset(r.split(",") if r else ())) for i, u, e, r in rows]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        self.grant(NEEDED - {permission})
        yield
        self.grant(NEEDED)

    def mailed(self) -> list[str]:
        messages = httpx2.get(f"{self.url}/mailbox/messages.json").json()
        return [message["to"] for message in messages]

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def refusal(self, text: str) -> Status:
        body = {"error_code": 0, "error_message": text, "status": 500}
        return Status(500, body=json.dumps(body).encode())

    def contact(self, db: sqlite3.Connection, email: str) -> int:
        """A new contact with this address."""
        made = db.execute("INSERT INTO civicrm_contact (contact_type) VALUES ('Individual')")
        db.execute(
            "INSERT INTO civicrm_email (contact_id, email, is_primary) VALUES (?, ?, 1)",
            (made.lastrowid, email),
        )
        return int(made.lastrowid or 0)

    @contextmanager
    def tables(self) -> Iterator[sqlite3.Connection]:
        """What lies behind it."""
        with closing(sqlite3.connect(self._home / "practice.sqlite3", timeout=20)) as db, db:
            yield db


@contextmanager
def standalone_stand(home: Path, version: str = NEW) -> Iterator[StandaloneStand]:
    """A practice Standalone of its own, with its state in `home`."""
    practice = start_practice(home, site="standalone")
    try:
        stand = StandaloneStand(practice.url, home)
        stand.turn(version=version)
        yield stand
    finally:
        practice.stop()
