"""Imports on a practice world: files made of lists, uploaded, shaped, carried out."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from latchkey.jobs.contract import Task as Job
from latchkey.service.importing.planning import plan_import
from latchkey.service.importing.results import result
from latchkey.service.importing.running import carry_out, confirm
from latchkey.service.importing.shaping import Wanted, shape
from latchkey.service.importing.uploading import upload
from latchkey.service.provisioning.progress import Silent
from latchkey.service.workload import RuleWorkload
from latchkey.store import imports
from latchkey.store.import_plans import RowOutcome
from latchkey.store.models import Import
from service.conftest import Workplace, practice, seeded_home, workplace
from service.working import work

__all__ = ["practice", "seeded_home", "workplace"]

HEADINGS = ("Email", "First Name", "Last Name")
PEOPLE = (
    ("zoe@example.org", "Zo\u00eb", "Novak"),
    ("abel@example.org", "Abel", "Kiss"),
    ("ines@example.org", "In\u00eas", "Sousa"),
)
GIVEN = {
    "username": "{contact.first_name}.{contact.last_name}",
    "roles": ["subscriber"],
    "fields": {"first_name": "{contact.first_name}", "last_name": "{contact.last_name}"},
}


def csv_file(rows: Iterable[Sequence[object]]) -> io.BytesIO:
    """The rows as a file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return io.BytesIO(text.getvalue().encode())


@dataclass
class Desk:
    """Where a test imports."""

    workplace: Workplace

    def upload(self, rows: Iterable[Sequence[object]] = (HEADINGS, *PEOPLE)) -> Import:
        """Take a file in."""
        file = csv_file(rows)
        return upload(self.workplace.installation, file, "people.csv", "anna")

    def shape(self, one: Import, **given: Any) -> list[str]:
        """Say what it gives; `crm` and `held` are for `Wanted`, the rest for the rule."""
        wanted = Wanted(
            site=self.workplace.site,
            crm=given.pop("crm", None),
            held=given.pop("held", None),
            given={**GIVEN, **given},
        )
        return shape(self.workplace.installation, one, wanted)

    def plan(self, one: Import) -> Import:
        """Decide about every row."""
        plan_import(self.workplace.installation, self.fresh(one), Silent())
        return self.fresh(one)

    def ready(self, rows: Iterable[Sequence[object]] = (HEADINGS, *PEOPLE), **given: Any) -> Import:
        """Uploaded, shaped and planned."""
        one = self.upload(rows)
        self.shape(one, **given)
        return self.plan(one)

    def carry(self, one: Import) -> dict[str, Any]:
        """One attempt at everything."""
        carry_out(self.workplace.installation, self.fresh(one), Silent(), lambda _seconds: None)
        return self.counts(one)

    def run(self, rows: Iterable[Sequence[object]] = (HEADINGS, *PEOPLE), **given: Any) -> Import:
        """From the file to its end."""
        one = self.ready(rows, **given)
        confirm(one, "anna")
        self.carry(one)
        return self.fresh(one)

    def work(self, looks: int = 4) -> list[Job]:
        """What a worker does in so many ticks, whatever it is; the jobs it did."""
        installation = self.workplace.installation
        return work(RuleWorkload(installation, "worker-1", lambda _crm: timedelta(0)), looks)

    def fresh(self, one: Import) -> Import:
        """The import as it is stored now."""
        found = imports.find(one.pk)
        assert found is not None
        return found

    def rows(self, one: Import) -> list[RowOutcome]:
        """What becomes of each row."""
        return list(result(self.fresh(one)))

    def counts(self, one: Import) -> dict[str, int]:
        """How many rows came to what, but for those that none came to."""
        outcomes = [row.outcome for row in self.rows(one)]
        return {outcome: outcomes.count(outcome) for outcome in outcomes}

    def users(self) -> dict[str, Any]:
        """The site's users by address."""
        return {user.email: user for user in self.workplace.world.users().values()}


@pytest.fixture
def desk(workplace: Workplace) -> Desk:
    """An installation whose site is a practice WordPress."""
    return Desk(workplace)
