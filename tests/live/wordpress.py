"""A real WordPress for tests: unpacked, on SQLite, served by PHP itself on loopback.

`running()` serves a fresh one; the fixture `wordpress` of this folder does so for one test.
Its users are looked at in its database, its mails in a file: not through the API under test.
"""

import json
import re
import secrets
import socket
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from live import packages, php, wordpress_files

LEAST_PRIVILEGE = ("create_users", "list_users", "edit_users", "promote_users")
PORTS_TO_TRY = 3
GRANTED = re.compile(r's:\d+:"([^"]+)";b:1;')  # in PHP's serialised array of capabilities

USERS = """
SELECT u.ID, u.user_login, u.user_email, u.display_name,
       max(CASE WHEN m.meta_key = 'first_name' THEN m.meta_value END),
       max(CASE WHEN m.meta_key = 'last_name' THEN m.meta_value END),
       max(CASE WHEN m.meta_key = 'locale' THEN m.meta_value END),
       max(CASE WHEN m.meta_key = 'wp_capabilities' THEN m.meta_value END)
FROM wp_users u LEFT JOIN wp_usermeta m ON m.user_id = u.ID
GROUP BY u.ID ORDER BY u.ID
"""


@dataclass(frozen=True, slots=True)
class LiveUser:
    """A row of wp_users with what belongs to it; empty `locale` is the site's own language."""

    id: int
    username: str
    email: str
    display_name: str
    first_name: str
    last_name: str
    locale: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


@dataclass(slots=True)
class LiveWordPress:
    """A running WordPress. `username` has only `LEAST_PRIVILEGE` unless asked otherwise."""

    folder: Path
    url: str = ""
    username: str = "latchkey"
    app_password: str = field(default="", repr=False)
    administrator_password: str = field(default="", repr=False)
    program: php.Php = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.program = php.Php(self.code, self.folder / "php.log")

    @property
    def code(self) -> Path:
        return self.folder / "site"

    @property
    def database(self) -> Path:
        return self.code / "wp-content" / "database" / ".ht.sqlite"

    @property
    def mailbox(self) -> Path:
        return self.folder / "mails.jsonl"

    @property
    def administrator(self) -> tuple[str, str]:
        """Username and application password of someone who may do everything."""
        return "admin", self.administrator_password

    def php(self, code: str, **arguments: object) -> str:
        """Run this PHP inside WordPress, with the arguments in `$arguments`; return its output."""
        return self.program.run("wp-load.php", code, arguments)

    def users(self) -> list[LiveUser]:
        with closing(sqlite3.connect(self.database, timeout=30)) as database:
            return [_user(row) for row in database.execute(USERS)]

    def mails(self) -> list[Mail]:
        """What was mailed so far, oldest first."""
        if not self.mailbox.exists():
            return []
        lines = self.mailbox.read_text(encoding="utf-8").splitlines()
        return [Mail(**json.loads(line)) for line in lines]

    def php_log(self) -> str:
        """What PHP complained of so far."""
        log = self.program.log
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def stop(self) -> None:
        """End the server; harmless when it has ended already."""
        self.program.stop()


def _user(
    row: tuple[int, str, str, str, str | None, str | None, str | None, str | None],
) -> LiveUser:
    number, username, email, display_name, first_name, last_name, locale, capabilities = row
    return LiveUser(
        number,
        username,
        email,
        display_name,
        first_name or "",
        last_name or "",
        locale or "",
        tuple(GRANTED.findall(capabilities or "")),
    )


class StartWordPress(Protocol):
    """What the fixture `wordpress` gives: start a fresh one, stopped when the test ends."""

    def __call__(
        self,
        *,
        batch: bool = True,
        workers: int = 4,
        capabilities: tuple[str, ...] = LEAST_PRIVILEGE,
    ) -> LiveWordPress: ...


@contextmanager
def running(
    folder: Path,
    *,
    batch: bool = True,
    workers: int = 4,
    capabilities: tuple[str, ...] = LEAST_PRIVILEGE,
    build: packages.Archive = packages.WORDPRESS_6_6,
) -> Iterator[LiveWordPress]:
    """Unpack into this empty folder, install, serve, and stop afterwards.

    `batch=False` answers as WordPress before 6.6 does. Where PHP or the package cannot be had
    the test is skipped with the reason, or fails where they are required.
    """
    packages.need_leave()
    php.need()
    site = LiveWordPress(folder)
    _unpack(site, build, batch=batch)
    _make_accounts(site, capabilities)
    _start_on_a_free_port(site, workers)
    try:
        yield site
    finally:
        site.stop()


def _unpack(site: LiveWordPress, build: packages.Archive, *, batch: bool) -> None:
    content = site.code / "wp-content"
    _unzip(build, site.code)
    _unzip(packages.SQLITE_PLUGIN, content / "plugins")
    (content / "db.php").write_text(wordpress_files.DATABASE_DROP_IN)
    (content / "mu-plugins").mkdir()
    catcher = wordpress_files.MAIL_CATCHER.substitute(mails=site.mailbox)
    (content / "mu-plugins" / "mails.php").write_text(catcher)
    if not batch:
        (content / "mu-plugins" / "no-batch.php").write_text(wordpress_files.NO_BATCH)
    with closing(sqlite3.connect(site.database)) as database:
        database.execute("PRAGMA journal_mode = WAL")  # readers beside a writer


def _unzip(archive: packages.Archive, folder: Path) -> None:
    with zipfile.ZipFile(packages.path(archive)) as packed:
        packed.extractall(folder)


def _make_accounts(site: LiveWordPress, capabilities: tuple[str, ...]) -> None:
    _configure(site, "http://127.0.0.1")
    made = json.loads(
        site.php(wordpress_files.SET_UP, username=site.username, capabilities=capabilities)
    )
    site.app_password, site.administrator_password = made["maker"], made["administrator"]
    site.mailbox.unlink(missing_ok=True)  # the administrator was told of the new address


def _configure(site: LiveWordPress, url: str) -> None:
    site.url = url
    config = wordpress_files.CONFIG.substitute(url=url, salt=secrets.token_urlsafe(32))
    (site.code / "wp-config.php").write_text(config)


def _start_on_a_free_port(site: LiveWordPress, workers: int) -> None:
    """Start to serve; another process may take the port between our looking and PHP's binding."""
    for attempt in range(1, PORTS_TO_TRY + 1):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        _configure(site, f"http://127.0.0.1:{port}")
        try:
            site.program.serve(site.url, workers)
        except php.PortTakenError:
            if attempt == PORTS_TO_TRY:
                raise
        else:
            return
