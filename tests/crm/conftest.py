"""Connections to the practice CRM, and to a CiviCRM that answers what a test tells it to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from typing import Any
from uuid import UUID

import pytest

from fakes.practice import API_KEY, RunningPractice, start_practice
from fakes.wire import Wire
from latchkey.crm.civicrm import connect
from latchkey.crm.contract import Crm, CrmConnection, Trigger
from latchkey.remote.call import Limits
from latchkey.remote.civicrm.api import Api
from latchkey.remote.civicrm.reading import is_read
from latchkey.remote.doors import Doors
from latchkey.remote.secrets import Secret

QUICK = Limits(connect=2, answer=1, total=5, size=4 * 1024 * 1024, tries=3)
Connect = Callable[..., Crm]
_numbers = count(1)


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPractice]:
    """The practice world, shared by all tests of this folder: each makes groups of its own."""
    running = start_practice(tmp_path_factory.mktemp("practice"), contacts=60)
    yield running
    running.stop()


@pytest.fixture
def switch(practice: RunningPractice) -> Iterator[Callable[..., None]]:
    """Turns the practice world's switches, and those with a usual state back again."""
    yield practice.switch
    practice.switch(base_page=True, maintenance=False, partial_saves=0)


@pytest.fixture
def connected() -> Iterator[Connect]:
    """Opens connections, and closes them after the test."""
    with ExitStack() as opened:

        def open_(url: str, *, key: str = API_KEY, **doors: Any) -> Crm:
            connection = CrmConnection(
                UUID(int=1), "main", "civicrm", url, {"api_key": Secret(key)}
            )
            crm = connect(connection, Doors(**{"limits": QUICK, **doors}))
            opened.callback(crm.close)
            return crm

        yield open_


@pytest.fixture
def crm(practice: RunningPractice, connected: Connect) -> Crm:
    return connected(practice.url)


@pytest.fixture
def wire(practice: RunningPractice) -> Iterator[Wire]:
    with Wire(practice.url) as wire:
        yield wire


@pytest.fixture
def wired(wire: Wire, connected: Connect) -> Crm:
    """The practice CRM behind the wire, already known to be there."""
    crm = connected(wire.url)
    crm.prepare_activities()
    return crm


@pytest.fixture
def raw(practice: RunningPractice) -> Iterator[Api]:
    """API v4 of the practice CRM, for what tests arrange and look at."""
    key = {"X-Civi-Auth": Secret(f"Bearer {API_KEY}"), "X-Requested-With": "XMLHttpRequest"}
    api = Api(Doors().http(practice.url, headers=key, is_read=is_read))
    yield api
    api.close()


@pytest.fixture
def people(raw: Api) -> Callable[[int], list[int]]:
    """Makes so many new contacts; their ids."""

    def make(how_many: int, **fields: object) -> list[int]:
        number = next(_numbers)
        records = [
            {
                "contact_type": "Individual",
                "first_name": f"Given{number}x{place}",
                "last_name": "Family",
                "email_primary.email": f"p{number}x{place}@example.org",
                **fields,
            }
            for place in range(how_many)
        ]
        rows = raw.call("Contact", "save", {"records": records}).rows
        return [int(str(row["id"])) for row in rows]

    return make


@pytest.fixture
def group(raw: Api, crm: Crm) -> Callable[..., Trigger]:
    """Makes a new group with these contacts in it."""

    def make(*contact_ids: int, **fields: object) -> Trigger:
        name = f"Group_{next(_numbers)}"
        raw.call("Group", "create", {"values": {"name": name, "title": f"T {name}", **fields}})
        (trigger,) = crm.triggers([name], [])
        if contact_ids:
            crm.add_to_group(trigger, contact_ids)
        return trigger

    return make


@pytest.fixture
def tag(raw: Api, crm: Crm) -> Callable[..., Trigger]:
    """Makes a new tag on these contacts."""

    def make(*contact_ids: int) -> Trigger:
        name = f"Tag_{next(_numbers)}"
        values = {"name": name, "label": f"L {name}", "used_for": ["civicrm_contact"]}
        raw.call("Tag", "create", {"values": values})
        (trigger,) = crm.triggers([], [name])
        if contact_ids:
            crm.add_tag(trigger, contact_ids)
        return trigger

    return make
