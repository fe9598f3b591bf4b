"""Browsers of each role, on an installation of stand-ins or on a practice world."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pytest
from django.core.cache import cache
from django.test import Client

from latchkey.crm.contract import Trigger
from latchkey.policy.values import Contact
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.store.models import Rule, User
from latchkey.web.installation import use
from practice.conftest import practice, seeded_home
from service.configuration.stand_ins import StandInConnect, StandInCrm, stand_in_installation
from service.conftest import Workplace, workplace
from web.importing import Clerk

__all__ = ["practice", "seeded_home", "workplace"]

Browser = Callable[[str | None], Client]
TABLES = """
[crm.main]
url = "https://www.example.org"
api_key = "a-key-of-the-crm"

[site.www]
kind = "wordpress"
url = "https://www.example.org"
username = "latchkey"
password = "a password of the site"

[rule.members]
crm = "main"
site = "www"
groups = ["Active Members"]
username = "{contact.first_name}.{contact.last_name}"
roles = ["subscriber"]

[rule.others]
crm = "main"
site = "www"
tags = ["Website"]
username = "{contact.id}"
roles = ["member"]
"""


@dataclass
class BrowsedCrm(StandInCrm):
    """A CRM that a form can ask what there is to choose from, and for some contacts."""

    people: Sequence[tuple[str, str]] = (("Ana", "Nunez"), ("Ana", "Nunez"), ("Bo", "Li"))
    asked: list[str] = field(default_factory=list)

    def groups(self) -> list[Trigger]:
        """See Crm."""
        self._fail()
        self.asked.append("groups")
        return [self._trigger(name) for name in self.kinds if name != "Website"]

    def tags(self) -> list[Trigger]:
        """See Crm."""
        self._fail()
        return [self._trigger("Website")]

    def count(self, triggers: Sequence[Trigger]) -> int:
        """See Crm."""
        return len(self.people) if triggers else 0

    def contact_ids(self, triggers: Sequence[Trigger]) -> Iterator[list[int]]:
        """See Crm."""
        yield list(range(len(self.people))) if triggers else []

    def contacts_by_id(self, ids: Iterable[int], fields: frozenset[str]) -> Mapping[int, Contact]:
        """See Crm."""
        return {one: self._contact(one, fields) for one in ids}

    def _contact(self, number: int, fields: frozenset[str]) -> Contact:
        first, last = self.people[number]
        values = dict.fromkeys(fields, "") | {"first_name": first, "last_name": last}
        email = f"{number}@example.org"
        return Contact(number, "Individual", f"{first} {last}", email, values=values)


@pytest.fixture
def browsed_crm() -> BrowsedCrm:
    """The CRM behind every connection of `installation`."""
    return BrowsedCrm()


@pytest.fixture
def installation(browsed_crm: BrowsedCrm) -> Installation:
    """An installation on stand-ins, which the views work with."""
    cache.clear()
    ours = replace(stand_in_installation(), connect=StandInConnect(the_crm=browsed_crm))
    use(lambda: ours)
    return ours


@pytest.fixture
def members(installation: Installation, transactional_db: None, tmp_path) -> Rule:  # noqa: ARG001 - threads of a form see what is committed
    """The first of two rules between a CRM and a site."""
    load(installation, TABLES, Host({}, tmp_path))
    return Rule.objects.select_related("crm", "site").get(name="members")


@pytest.fixture
def practising(workplace: Workplace) -> Workplace:
    """A practice world of its own, which the views work with."""
    cache.clear()
    use(lambda: workplace.installation)
    return workplace


@pytest.fixture
def browser(transactional_db: None) -> Browser:  # noqa: ARG001 - users are rows, and forms have threads
    """A browser in which somebody of a role is logged in; None is nobody."""

    def opened(role: str | None) -> Client:
        client = Client()
        if role is not None:
            user, _ = User.objects.get_or_create(username=f"the {role}", defaults={"role": role})
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return opened


@pytest.fixture
def administrator(browser: Browser) -> Client:
    """A browser in which an administrator is logged in."""
    return browser(User.Role.ADMINISTRATOR)


@pytest.fixture
def clerk(practising: Workplace, browser: Browser) -> Clerk:
    """An operator, who may import what stays under the brake."""
    return Clerk(browser(User.Role.OPERATOR), practising)


@pytest.fixture
def approver(practising: Workplace, browser: Browser) -> Clerk:
    """An approver, who may start what is over it, and undo."""
    return Clerk(browser(User.Role.APPROVER), practising)
