"""Browsers of each role, on an installation of stand-ins or on a practice world."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from latchkey.service.installation import Installation
from latchkey.store.models import User
from latchkey.web.installation import use
from practice.conftest import practice, seeded_home
from service.configuration.stand_ins import stand_in_installation
from service.conftest import Workplace, workplace

__all__ = ["practice", "seeded_home", "workplace"]

Browser = Callable[[str | None], Client]


@pytest.fixture
def installation() -> Iterator[Installation]:
    """An installation on stand-ins, which the views work with."""
    ours = stand_in_installation()
    use(lambda: ours)
    yield ours
    ours.connect.close()


@pytest.fixture
def practising(workplace: Workplace) -> Workplace:
    """A practice world of its own, which the views work with."""
    use(lambda: workplace.installation)
    return workplace


@pytest.fixture
def browser(db: None) -> Browser:  # noqa: ARG001 - users are rows
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
