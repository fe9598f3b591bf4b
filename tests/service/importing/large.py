"""Imports a large file and says what memory that took at most: for a process of its own.

The site takes every account and remembers none, so that what is
measured is ours.
"""

import csv
import json
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.management import call_command

from fakes.memory import peak_megabytes
from latchkey.policy.values import Account, AccountChange, NewAccount
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import Keyring, new_key
from latchkey.service.importing.planning import plan_import
from latchkey.service.importing.running import carry_out, confirm, summary
from latchkey.service.importing.shaping import Wanted, shape
from latchkey.service.importing.uploading import upload
from latchkey.service.installation import Installation
from latchkey.service.provisioning.progress import Silent
from latchkey.sites.contract import RoleList
from latchkey.sites.registry import KINDS
from latchkey.store import imports
from latchkey.store.clock import now
from latchkey.store.models import Connection

HEADINGS = ("Contact ID", "Email", "First Name", "Last Name", *(f"Field {i}" for i in range(80)))


class Forgetful:
    """A site that takes every account."""

    def roles(self) -> RoleList:
        """One."""
        return RoleList(frozenset({"member"}), complete=True)

    def privileged_roles(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def find_by_emails(self, _emails: Sequence[str]) -> Mapping[str, list[Account]]:
        """Nobody."""
        return {}

    def find_by_keys(self, _keys: Sequence[UUID]) -> Mapping[UUID, Account]:
        """Nobody."""
        return {}

    def get(self, account_ids: Sequence[str]) -> Mapping[str, Account]:
        """Nobody."""
        return dict.fromkeys((), Account("", "", "")) if account_ids else {}

    def create(self, accounts: Sequence[NewAccount]) -> list[Account | RemoteError]:
        """As asked."""
        return [Account(one.username, one.username, one.email, one.roles) for one in accounts]

    def update(self, changes: Sequence[AccountChange]) -> list[Account | RemoteError]:
        """As it was."""
        return [change.account for change in changes]


class Connecting:
    """Opens the forgetful site, and no CRM."""

    def site(self, _connection: Connection) -> Any:
        """See Connect."""
        return Forgetful()

    def spec(self, kind: str) -> Any:
        """See Connect."""
        return KINDS[kind]

    def dry(self) -> "Connecting":
        """See Connect."""
        return self


def people(folder: Path, number: int) -> Path:
    """A file of so many people, as wide as CiviCRM's."""
    path = folder / "people.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADINGS)
        for i in range(number):
            filling = [f"value {i}"] * 20 + [""] * 60
            writer.writerow([i, f"p{i}@example.org", f"First{i}", f"Last{i}", *filling])
    return path


def main(number: int) -> None:
    """Import so many people."""
    call_command("migrate", verbosity=0)
    site = Connection.objects.create(
        key=uuid4(), role="site", name="www", kind="wordpress", url="http://127.0.0.1"
    )
    installation = Installation(
        connect=Connecting(),
        keyring=Keyring([new_key()]),
        mailer=None,
        now=now,
        random_bytes=secrets.token_bytes,
        chance=lambda: 0.5,
    )
    with people(Path(tempfile.mkdtemp()), number).open("rb") as file:
        one = upload(installation, file, "people.csv", "anna")
    given = {"username": "{contact.first_name}", "roles": ["member"]}
    shape(installation, one, Wanted(site, given=given))
    plan_import(installation, imports.find(one.pk), Silent())
    confirm(imports.find(one.pk), "anna")
    carry_out(installation, imports.find(one.pk), Silent(), lambda _seconds: None)
    megabytes = peak_megabytes()
    outcome = {"megabytes": megabytes, **summary(imports.find(one.pk))}
    sys.stdout.write(json.dumps(outcome) + "\n")
