"""The practice Joomla, from behind the connector: by its database."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from fakes.faults import Request, Status
from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.practice import database
from latchkey.practice.joomla import CONNECTION, users
from latchkey.practice.joomla.switches import DEFAULTS
from latchkey.practice.joomla.users import NewUser
from latchkey.practice.mailbox import messages
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.joomla.connector import SPEC
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0003")
USERS = re.compile(r"/v1/users(/\d+)?(\?|$)")
ASKING = b'"username":"latchkey-asks"'


def is_write(request: Request) -> bool:
    """Whether it makes or changes a user; asking what Joomla lacks does neither."""
    bodily = request.method in ("POST", "PATCH") and USERS.search(request.path) is not None
    return bodily and ASKING not in request.body and request.body != b"{}"


def is_look(request: Request) -> bool:
    return request.method == "GET" and USERS.search(request.path) is not None


def is_mailing(request: Request) -> bool:
    return request.method == "POST" and "task=reset.request" in request.path


class JoomlaStand:
    """One practice Joomla, whose state lies in `home`."""

    spec = SPEC
    role = "Registered"
    another_role = "Author"
    powerful = "admin"
    permissions = ("core.login.api", "core.create", "core.edit")
    page = 100
    unknown_id = "999999"
    writes = staticmethod(is_write)
    looks = staticmethod(is_look)
    mailing = staticmethod(is_mailing)

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._home = home

    def connection(self, url: str, *, password: str = "", **settings: str) -> SiteConnection:
        own = {"mail_to_user_off": CONNECTION["mail_to_user_off"], **settings}
        token = Secret(password or self.credential())
        return SiteConnection(KEY, "www", "joomla", url, own, {"token": token})

    def credential(self) -> str:
        return CONNECTION["token"]

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self.opened() as db:
            titles = db.execute("SELECT title, id FROM joomla_groups").fetchall()
            by_title = dict(titles)
            for one in accounts:
                groups = frozenset(by_title[role] for role in one.roles)
                new = NewUser(one.username, one.username, one.email, one.password, groups)
                users.insert(db, new)

    def seen(self, email: str) -> list[Seen]:
        with self.opened() as db:
            user = users.by_email(db, email)
            if user is None:
                return []
            roles = frozenset(users.groups_of(db, user.id).values()) - {"Public"}
            return [Seen(str(user.id), user.username, user.email, roles)]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        self.turn(denied=[permission])
        yield
        self.turn(denied=[])

    def mailed(self) -> list[str]:
        with self.opened() as db:
            return [mail.to for mail in messages.after(db)]

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def refusal(self, text: str) -> Status:
        return Status(400, body=json.dumps({"errors": [{"title": text}]}).encode())

    def turn(self, **switches: object) -> None:
        """Set what an administrator can set, as `practice.joomla.switches` has it."""
        with self.opened() as db:
            for name, value in switches.items():
                database.set_switch(db, f"joomla_{name}", value)

    def untouched(self) -> None:
        """Every switch as at the start."""
        self.turn(**{name.removeprefix("joomla_"): value for name, value in DEFAULTS.items()})

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Its database, in one transaction."""
        path = self._home / database.FILE_NAME
        with closing(sqlite3.connect(path, timeout=20)) as db, db:
            yield db


@contextmanager
def joomla_stand(home: Path) -> Iterator[JoomlaStand]:
    """A practice Joomla of its own."""
    practice = start_practice(home, site="joomla")
    try:
        yield JoomlaStand(practice.url, home)
    finally:
        practice.stop()
