"""A site, the wire that leads to it, and somebody who asks."""

from collections.abc import Iterator

import httpx2
import pytest
from pytest_httpserver import HTTPServer

from fakes.ledger import Ledger
from fakes.wire import Wire


@pytest.fixture
def ledger(httpserver: HTTPServer) -> Ledger:
    """A site with two pages."""
    ledger = Ledger()
    for path in ("/users", "/other"):
        httpserver.expect_request(path).respond_with_handler(ledger.answer)
    return ledger


@pytest.fixture
def wire(httpserver: HTTPServer, ledger: Ledger) -> Iterator[Wire]:  # noqa: ARG001 - the site has to answer
    """A wire to the site."""
    with Wire(httpserver.url_for("/")) as wire:
        yield wire


@pytest.fixture
def client(wire: Wire) -> Iterator[httpx2.Client]:
    """Somebody who asks through the wire."""
    with httpx2.Client(base_url=wire.url, timeout=5) as client:
        yield client
