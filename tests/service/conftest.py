"""An installation on a practice world of its own, with a wire before each of its ends."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from fakes.practice import API_KEY, APP_PASSWORD, RunningPractice
from fakes.wire import Wire
from latchkey.crm.civicrm import connect as connect_civicrm
from latchkey.crm.contract import Crm, CrmConnection
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.mail import PracticeMailbox
from latchkey.remote.secrets import Keyring, Secret, new_key
from latchkey.service.configuration.rules import definition_of, version_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.service.installation import Installation
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import run_rule
from latchkey.sites.contract import Site, SiteConnection, Spec
from latchkey.sites.registry import KINDS
from latchkey.store.clock import now
from latchkey.store.models import Connection, Rule
from practice.conftest import practice, seeded_home
from service.world import World

__all__ = ["practice", "seeded_home"]

LIMITS = Limits(connect=2.0, answer=3.0, total=6.0, tries=2)


class WiredConnect:
    """Opens connections, each once, with the practice credentials unless told otherwise."""

    def __init__(
        self, doors: Doors, username: str = "latchkey", password: str = APP_PASSWORD
    ) -> None:
        self._doors = doors
        self._username, self._password = username, password
        self._open: dict[Any, Any] = {}
        self._dry: list[WiredConnect] = []

    def crm(self, connection: Connection) -> Crm:
        """See Connect."""
        if connection.pk not in self._open:
            secret = {"api_key": Secret(API_KEY)}
            given = CrmConnection(
                connection.key, connection.name, connection.kind, connection.url, secret
            )
            self._open[connection.pk] = connect_civicrm(given, self._doors)
        return self._open[connection.pk]

    def site(self, connection: Connection) -> Site:
        """See Connect."""
        if connection.pk not in self._open:
            given = SiteConnection(
                key=connection.key,
                name=connection.name,
                kind=connection.kind,
                url=connection.url,
                settings={"username": self._username},
                secrets={"password": Secret(self._password)},
            )
            self._open[connection.pk] = KINDS[connection.kind].connect(given, self._doors)
        return self._open[connection.pk]

    def spec(self, kind: str) -> Spec:
        """See Connect."""
        return KINDS[kind]

    def dry(self) -> "WiredConnect":
        """See Connect."""
        doors = Doors(dry_run=True, limits=self._doors.limits)
        self._dry.append(WiredConnect(doors, self._username, self._password))
        return self._dry[-1]

    def close(self) -> None:
        """See Connect."""
        for end in (*self._open.values(), *self._dry):
            end.close()


@dataclass
class Workplace:
    """Everything a test of the main job touches."""

    installation: Installation
    world: World
    practice: RunningPractice
    crm_wire: Wire
    site_wire: Wire
    crm: Connection
    site: Connection

    def rule(self, name: str = "members", position: int = 0, **different: Any) -> Rule:
        """Store the ordinary rule, but for what a test names."""
        ordinary = {
            "crm": self.crm.name,
            "site": self.site.name,
            "groups": ["Active Members"],
            "username": "{contact.first_name}.{contact.last_name}",
            "roles": ["subscriber"],
            "history_group": "Website users",
        }
        definition = definition_of(RuleTable.model_validate({**ordinary, **different}))
        version = version_of(definition, self.crm, self.site)
        row, _ = Rule.objects.update_or_create(
            name=name,
            defaults={
                "position": position,
                "crm": self.crm,
                "site": self.site,
                "definition": definition,
                "version": version,
            },
        )
        return row

    def run(self, rule: Rule) -> dict[str, Any]:
        """One run, unwatched."""
        return run_rule(self.installation, rule, Silent())


@contextmanager
def working_at(
    practice: RunningPractice, site_url: str, connect: WiredConnect, *, hosted: bool
) -> Iterator[Workplace]:
    """An installation on a practice CRM and some site, with a wire before each."""
    mailbox = PracticeMailbox(practice.url, Doors())
    with Wire(practice.url) as crm_wire, Wire(site_url) as site_wire:
        crm = Connection.objects.create(
            key=uuid4(), role="crm", name="main", kind="civicrm", url=crm_wire.url
        )
        site = Connection.objects.create(
            key=uuid4(),
            role="site",
            name="www",
            kind="wordpress",
            url=site_wire.url,
            hosts_crm=crm if hosted else None,
        )
        installation = Installation(
            connect=connect,
            keyring=Keyring([new_key()]),
            mailer=mailbox,
            now=now,
            random_bytes=secrets.token_bytes,
            chance=lambda: 0.5,
        )
        world = World(practice.home)
        yield Workplace(installation, world, practice, crm_wire, site_wire, crm, site)
        connect.close()
        mailbox.close()


@pytest.fixture
def workplace(
    practice: RunningPractice,
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Iterator[Workplace]:
    """An installation on practice systems: the site hosts the CRM."""
    connect = WiredConnect(Doors(limits=LIMITS))
    with working_at(practice, practice.url, connect, hosted=True) as at_work:
        yield at_work
