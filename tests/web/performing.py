"""What was asked for in the browser, done by a worker."""

import pytest
from django.test import Client

from latchkey.service import errands as doing
from latchkey.store.models import Errand, User
from web.conftest import Browser


@pytest.fixture
def operator(browser: Browser) -> Client:
    """A browser in which an operator is logged in."""
    return browser(User.Role.OPERATOR)


def work(practising) -> Errand:
    """Let a worker do what was asked for last."""
    errand = Errand.objects.order_by("-pk")[0]
    doing.perform(practising.installation, errand.pk)
    errand.refresh_from_db()
    return errand
