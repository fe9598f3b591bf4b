"""An import as somebody does it in a browser: uploaded, shaped, carried out by a worker."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from latchkey.policy.columns import CHOICES
from latchkey.service.workload import RuleWorkload
from latchkey.store import imports
from latchkey.store.models import Import, Task
from service.conftest import Workplace

PEOPLE = b"""E-Mail,Vorname,Nachname,Member No.
zoe@example.org,Zoe,Novak,M-1
abel@example.org,Abel,Kiss,M-2
,Nomail,Nobody,M-3
"""
HELD = ("email_primary.email", "first_name", "last_name", "")
GIVEN = {
    "site": "www",
    "crm": "",
    "username": "{contact.first_name}.{contact.last_name}",
    "roles": "subscriber",
    "language": "preferred",
    "notify": "off",
    "existing": "link",
    "shared_email": "hold",
}
assert CHOICES.keys() >= set(HELD[:3])


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody in a browser, and the worker behind it."""

    client: Client
    workplace: Workplace

    def send(self, content: bytes = PEOPLE, name: str = "people.csv", **more: str) -> HttpResponse:
        """Upload a file; the answer."""
        file = io.BytesIO(content)
        file.name = name
        return self.client.post("/imports/new/", {"file": file, **more})

    def upload(self, content: bytes = PEOPLE, **more: str) -> Import:
        """Upload a file that is fine."""
        answer = self.send(content, **more)
        assert answer.status_code == 302, answer.content.decode()
        return self.latest()

    def shape(self, one: Import, held: tuple[str, ...] = HELD, **given: Any) -> HttpResponse:
        """Say what the columns hold, and what is given; the answer."""
        columns = {f"column_{number}": what for number, what in enumerate(held)}
        return self.client.post(f"/imports/{one.pk}/shape/", {**GIVEN, **columns, **given})

    def ready(self, content: bytes = PEOPLE, **given: Any) -> Import:
        """Uploaded, shaped and planned by the worker."""
        one = self.upload(content)
        answer = self.shape(one, **given)
        assert answer.status_code == 302, answer.content.decode()
        self.work()
        return self.fresh(one)

    def done(self, content: bytes = PEOPLE, **given: Any) -> Import:
        """Carried out to its end."""
        one = self.ready(content, **given)
        self.act(one, "confirm")
        self.work()
        return self.fresh(one)

    def act(self, one: Import, verb: str, given: Mapping[str, Any] | None = None) -> HttpResponse:
        """Press a button; the page that it leads to."""
        return self.client.post(f"/imports/{one.pk}/{verb}/", given or {}, follow=True)

    def page(self, one: Import, query: str = "") -> HttpResponse:
        """The page of an import."""
        return self.client.get(f"/imports/{one.pk}/{query}")

    def work(self) -> None:
        """What a worker would do in some ticks."""
        workload = RuleWorkload(self.workplace.installation, "w-1", lambda _crm: timedelta(days=1))
        for _ in range(4):
            jobs = list(workload.due())
            while jobs:
                jobs += workload.perform(jobs.pop(0))

    def latest(self) -> Import:
        """The import that was made last."""
        return self.fresh(Import.objects.latest("pk"))

    def fresh(self, one: Import) -> Import:
        """The import as it is stored now."""
        found = imports.find(one.pk)
        assert found is not None
        return found

    def logins(self) -> set[str]:
        """The usernames on the site."""
        return {user.login for user in self.workplace.world.users().values()}

    def undo_states(self, one: Import) -> dict[str, str]:
        """How far the undo of each account is, by username."""
        rows = one.rule.changes.filter(task=Task.UNDO) if one.rule else []
        return {row.intended_username: row.state for row in rows}
