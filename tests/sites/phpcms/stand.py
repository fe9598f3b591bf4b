"""Stands for a site at the far end of a pipe: the practice one, from behind the connector."""

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from fakes.faults import Request
from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.practice import database, mailbox
from latchkey.practice.mailbox import messages
from latchkey.practice.phpcms import SCHEMA, root_of, users
from latchkey.practice.phpcms.users import Users
from latchkey.sites.contract import SiteConnection
from latchkey.sites.registry import KINDS
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0007")
DENIED = "import sys; sys.stderr.write('web@host: Permission denied (publickey).'); sys.exit(255)"


class PracticeStand:
    """The practice site of one CMS, with its pages at `url`.

    There is no credential to be wrong, but an ssh that lets nobody in. The one thing that the
    connection's user needs is to read settings.php.
    """

    role = "member"
    another_role = "volunteer"
    powerful = "admin"
    field = "field_first_name"
    permissions: tuple[str, ...] = ("settings.php",)
    page = 200
    unknown_id = "999999"

    def __init__(self, cms: str, home: Path, url: str) -> None:
        self.spec = KINDS[cms]
        self.url = url
        self.home = home
        self._cms = cms
        words = [sys.executable, "-m", "latchkey.practice", "pipe", "--cms", cms]
        self.command = shlex.join([*words, "--home", str(home)])

    @staticmethod
    def writes(request: Request) -> bool:
        return request.path in {"create", "update", "link"}

    @staticmethod
    def looks(request: Request) -> bool:
        return request.path in {"find", "list"}

    @staticmethod
    def mailing(request: Request) -> bool:
        return request.path == "tell"

    def connection(self, url: str, *, password: str = "", root: str = "") -> SiteConnection:
        wired = url.removeprefix("pipe:") if url.startswith("pipe:") else self.command
        command = shlex.join([sys.executable, "-c", DENIED]) if password else wired
        settings = {"command": command, "root": root or root_of(self._cms)}
        return SiteConnection(KEY, "old", self._cms, self.url, settings)

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self._users() as there:
            for one in accounts:
                new = users.NewUser(
                    one.username, one.email, one.password, sorted(one.roles), dict(one.fields)
                )
                there.insert(new)

    def seen(self, email: str) -> list[Seen]:
        with self._users() as there:
            found = there.those(there.having("mail", [email]))
        return [Seen(str(u.uid), u.name, u.mail, frozenset(u.roles)) for u in found]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        assert permission == "settings.php"
        self.turn("settings_unreadable", on=True)
        yield
        self.turn("settings_unreadable", on=False)

    def turn(self, switch: str, *, on: bool) -> None:
        """Turn a switch of the stand-in."""
        with self._users():
            database.set_switch(database.connection(), f"{self._cms}_{switch}", on)

    def mailed(self) -> list[str]:
        return [mail.to for mail in self.mails()]

    def mails(self) -> list[messages.Message]:
        """The site's mails, oldest first."""
        with self._users():
            return messages.after(database.connection())

    @contextmanager
    def _users(self) -> Iterator[Users]:
        database.open_home(self.home, mailbox.SCHEMA, SCHEMA)
        try:
            with database.transaction() as db:
                yield Users(db, self._cms)
        finally:
            database.close_thread()


@contextmanager
def practice_stand(cms: str, home: Path) -> Iterator[PracticeStand]:
    """A practice site of its own, with its state in `home`."""
    pages = start_practice(home, site=cms)
    try:
        yield PracticeStand(cms, home, pages.url)
    finally:
        pages.stop()
