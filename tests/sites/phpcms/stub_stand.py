"""Stands for the script itself: real `php` runs it on a stub of the CMS, made here for that."""

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.sites.contract import SiteConnection
from sites.phpcms.stand import PracticeStand
from sites.stand import Seen

STUB = Path(__file__).with_name("stub")
SETTINGS = {"drupal7": "sites/default/settings.php", "backdrop": "settings.php"}
# Drupal 7 numbers its roles, and keeps the one that everybody has with the others.
NUMBERS = {"administrator": 3, "content team": 4, "member": 5, "volunteer": 6}
SCHEMA = """
CREATE TABLE users (uid INTEGER PRIMARY KEY, name TEXT, mail TEXT, about TEXT);
"""


def php() -> str:
    """The php here. Without one the test is skipped; where everything has to hold, it fails."""
    found = shutil.which("php")
    lacking = _lacking(found) if found else "php"
    if found is None or lacking:
        reason = f"the script cannot be run here, for {lacking} is missing"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return found


@cache
def _lacking(program: str) -> str:
    """What php needs for the stub and has not; empty where nothing lacks."""
    asked = "echo implode(' and ', array_diff(array_slice($argv, 1), get_loaded_extensions()));"
    done = subprocess.run(
        [program, "-r", asked, "pdo_sqlite", "mbstring"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class StubStand(PracticeStand):
    """A stub of one CMS in a folder of its own, run by `php`; pages are those of practice."""

    def __init__(self, cms: str, root: Path, home: Path, url: str) -> None:
        super().__init__(cms, home, url)
        self.root = root
        self.command = "php"
        shutil.copytree(STUB / cms, root)
        shutil.copytree(STUB / "shared", root / "shared")
        with self._db() as db:
            db.executescript(SCHEMA)
            self._insert(db, "admin", "admin@example.org", ["administrator"])

    def connection(self, url: str, *, password: str = "", root: str = "") -> SiteConnection:
        return super().connection(url, password=password, root=root or str(self.root))

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self._db() as db:
            for one in accounts:
                self._insert(db, one.username, one.email, sorted(one.roles))

    def seen(self, email: str) -> list[Seen]:
        with self._db() as db:
            rows = db.execute(
                "SELECT uid, name, mail, about FROM users WHERE LOWER(mail) = ?", (email.lower(),)
            ).fetchall()
        return [
            Seen(str(uid), name, mail, self._shown(json.loads(about)["roles"]))
            for uid, name, mail, about in rows
        ]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        assert permission == "settings.php"
        there = self.root / SETTINGS[self._cms]
        away = there.rename(there.with_suffix(".away"))
        yield
        away.rename(there)

    def turn(self, switch: str, *, on: bool) -> None:
        result = {"mail_fails": False, "mail_off": None}[switch]
        told = self.root / "mail.json"
        told.write_text(json.dumps({"result": result if on else True}), "utf-8")

    def letters(self) -> list[dict[str, str]]:
        """The mails that the stub handed over, oldest first."""
        kept = self.root / "mails.jsonl"
        lines = kept.read_text("utf-8").splitlines() if kept.exists() else []
        return [json.loads(line) for line in lines]

    def mailed(self) -> list[str]:
        return [letter["to"] for letter in self.letters()]

    @contextmanager
    def _db(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.root / "stub.sqlite")
        try:
            with db:
                yield db
        finally:
            db.close()

    def _insert(self, db: sqlite3.Connection, name: str, mail: str, roles: Sequence[str]) -> None:
        about = {
            "status": 1,
            "login": 0,
            "language": "",
            "pass": "",
            "created": int(time.time()),
            "roles": self._kept(roles),
        }
        row = (name, mail, json.dumps(about))
        db.execute("INSERT INTO users (name, mail, about) VALUES (?, ?, ?)", row)

    def _kept(self, roles: Sequence[str]) -> object:
        if self._cms == "backdrop":
            return ["authenticated", *roles]
        return {"2": "authenticated user"} | {str(NUMBERS[role]): role for role in roles}

    def _shown(self, kept: dict[str, str] | list[str]) -> frozenset[str]:
        names = list(kept.values() if isinstance(kept, dict) else kept)
        return frozenset(names) - {"authenticated", "authenticated user"}


@contextmanager
def stub_stand(cms: str, folder: Path) -> Iterator[StubStand]:
    """A stub of its own, with everything in `folder`."""
    php()
    home = folder / "practice"
    pages = start_practice(home, site=cms)
    try:
        yield StubStand(cms, folder / "site", home, pages.url)
    finally:
        pages.stop()
