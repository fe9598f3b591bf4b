"""One practice Drupal for a class of tests, and what several of them do there."""

from collections.abc import Iterator
from uuid import UUID, uuid5

import httpx2
import pytest

from fakes.faults import Request, Which, requests
from fakes.wire import Wire
from latchkey.policy.values import NAMESPACE, Account
from latchkey.practice.drupal import SERVICE
from latchkey.practice.drupal.roles import ADMINISTER_USERS
from latchkey.practice.drupal.seeding import PROVISIONER
from latchkey.practice.drupal.switches import DEFAULTS
from latchkey.remote.doors import Doors
from latchkey.sites.contract import Site
from sites.connecting import PATIENT, ByWire, outcome
from sites.drupal.stand import DrupalStand, drupal_stand
from sites.stand import person

LOGIN = requests("POST", r"^/user/login")
ENTRY = requests("GET", r"^/jsonapi$")
SWITCHES = {name: value for name, value in DEFAULTS.items() if name != "register"}


class OnDrupal(ByWire):
    """Tests at one practice Drupal, which is put right again after each."""

    @pytest.fixture(scope="class")
    @classmethod
    def practice(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DrupalStand]:
        with drupal_stand(tmp_path_factory.mktemp("drupal")) as stand:
            yield stand

    @pytest.fixture
    def stand(self, practice: DrupalStand) -> Iterator[DrupalStand]:
        yield practice
        practice.turn(forget_failures=True, **SWITCHES)
        practice.turn(permissions={"role": PROVISIONER, "permissions": [ADMINISTER_USERS]})


def sent(wire: Wire, which: Which) -> list[Request]:
    return [act.request for act in wire.acts if which(act.request)]


def ending_sessions(stand: DrupalStand, which: Which) -> Which:
    """Chooses requests, and ends all sessions just before the first of them."""
    waiting = [stand]

    def chooses(request: Request) -> bool:
        if which(request) and waiting:
            waiting.pop().turn(end_sessions=True)
        return which(request)

    return chooses


def doors() -> Doors:
    return Doors(limits=PATIENT)


def key_of(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


def fail_five_times(stand: DrupalStand) -> None:
    for _ in range(5):
        given = {"name": SERVICE, "pass": "not the one"}
        httpx2.post(f"{stand.url}/user/login?_format=json", json=given)


def made_by(site: Site, stand: DrupalStand) -> Account:
    made = outcome(lambda: site.create([person(stand.role)]))
    assert isinstance(made, Account)
    return made
