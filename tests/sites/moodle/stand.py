"""Stands for Moodle: the practice Moodle, from behind the connector."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx2

from fakes.faults import Request, Status, Which
from fakes.practice import start_practice
from latchkey.policy.values import NewAccount
from latchkey.practice.moodle import TOKEN
from latchkey.practice.moodle.switches import CAPABILITIES, FUNCTIONS
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.moodle.connector import SPEC
from latchkey.sites.moodle.refusals import (
    ADD_MEMBERS,
    COHORTS,
    CREATE,
    DELETE_MEMBERS,
    FIND,
    LIST,
    MEMBERS,
    RESET,
    SITE_INFO,
    UPDATE,
)
from sites.stand import Seen

KEY = UUID("6f4a0a52-96f5-4d1c-9b39-0f6f7a1f0006")
NEEDED_CAPABILITIES = (
    "moodle/user:create",
    "moodle/user:update",
    "moodle/user:viewdetails",
    "moodle/user:viewalldetails",
    "moodle/site:viewuseridentity",
    "moodle/cohort:view",
)
NEEDED_FUNCTIONS = (
    SITE_INFO,
    FIND,
    LIST,
    CREATE,
    UPDATE,
    COHORTS,
    MEMBERS,
    ADD_MEMBERS,
    DELETE_MEMBERS,
)
MAKE = """
INSERT INTO mdl_user (username, email, password, firstname, lastname)
VALUES (?, ?, '', 'Ann', 'Example')
"""
JOIN = "INSERT INTO mdl_cohort_members SELECT id, ? FROM mdl_cohort WHERE idnumber = ?"
SEEN = """
SELECT u.id, u.username, u.email, group_concat(iif(c.idnumber = '', c.name, c.idnumber))
FROM mdl_user u
LEFT JOIN mdl_cohort_members m ON m.userid = u.id LEFT JOIN mdl_cohort c ON c.id = m.cohortid
WHERE u.email = ? COLLATE NOCASE GROUP BY u.id
"""


def calling(*functions: str) -> Which:
    """Choose requests that call one of these functions."""
    wanted = [f"wsfunction={function}&".encode() for function in functions]

    def chooses(request: Request) -> bool:
        return any(one in request.body for one in wanted)

    return chooses


class MoodleStand:
    """The practice Moodle, by its switches and its tables."""

    spec = SPEC
    role = "members"
    another_role = "volunteers"
    powerful = "admin"
    permissions: tuple[str, ...] = (*NEEDED_CAPABILITIES, *NEEDED_FUNCTIONS)
    page = 500
    unknown_id = "999999"
    writes = staticmethod(calling(CREATE, UPDATE, ADD_MEMBERS, DELETE_MEMBERS))
    looks = staticmethod(calling(FIND, LIST))
    mailing = staticmethod(calling(RESET))

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._home = home

    def connection(self, url: str, *, password: str = "") -> SiteConnection:
        secrets = {"token": Secret(password or TOKEN)}
        return SiteConnection(KEY, "learn", "moodle", url, {}, secrets)

    def credential(self) -> str:
        return TOKEN

    def turn(self, **switches: object) -> None:
        """Turn switches of the practice Moodle."""
        httpx2.post(f"{self.url}/practice/control", json=switches).raise_for_status()

    def make(self, accounts: Sequence[NewAccount]) -> None:
        with self.tables() as db:
            for account in accounts:
                made = db.execute(MAKE, (account.username, account.email))
                for role in account.roles:
                    db.execute(JOIN, (made.lastrowid, role))

    def seen(self, email: str) -> list[Seen]:
        with self.tables() as db:
            rows = db.execute(SEEN, (email,)).fetchall()
        return [Seen(str(i), u, e, frozenset(r.split(",") if r else ())) for i, u, e, r in rows]

    @contextmanager
    def without(self, permission: str) -> Iterator[None]:
        self.turn(
            capabilities=[one for one in CAPABILITIES if one != permission],
            functions=[one for one in FUNCTIONS if one != permission],
        )
        yield
        self.turn(capabilities=list(CAPABILITIES), functions=list(FUNCTIONS))

    def mailed(self) -> list[str]:
        messages = httpx2.get(f"{self.url}/mailbox/messages.json").json()
        return [message["to"] for message in messages]

    def spoiled(self, account: NewAccount) -> NewAccount:
        return replace(account, email="not an address")

    def refusal(self, text: str) -> Status:
        body = {
            "exception": "invalid_parameter_exception",
            "errorcode": "invalidparameter",
            "message": text,
            "debuginfo": text,
        }
        return Status(200, body=json.dumps(body).encode())

    @contextmanager
    def tables(self) -> Iterator[sqlite3.Connection]:
        """The tables of the practice Moodle."""
        with closing(sqlite3.connect(self._home / "practice.sqlite3", timeout=20)) as db, db:
            yield db


@contextmanager
def moodle_stand(home: Path) -> Iterator[MoodleStand]:
    """A practice Moodle of its own, with its state in `home`."""
    practice = start_practice(home, site="moodle")
    try:
        yield MoodleStand(practice.url, home)
    finally:
        practice.stop()
