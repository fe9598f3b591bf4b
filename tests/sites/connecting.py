"""Connecting to a stand through a wire, as every part of the suite does."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import pytest

from fakes.wire import Wire
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError
from latchkey.sites.contract import Site
from sites.stand import Stand

T = TypeVar("T")
PATIENT = Limits(connect=5, answer=60, total=60, tries=2)


@contextmanager
def connected(
    stand: Stand,
    url: str,
    *,
    password: str = "",
    limits: Limits = PATIENT,
    dry_run: bool = False,
) -> Iterator[Site]:
    """A connector of the stand's kind, that reaches it by way of `url`."""
    connection = stand.connection(url, password=password)
    site = stand.spec.connect(connection, Doors(dry_run=dry_run, limits=limits))
    try:
        yield site
    finally:
        site.close()


def outcome(write: Callable[[], Sequence[T | RemoteError]]) -> T | RemoteError:
    """The first outcome of a write, whether it was handed back or raised."""
    try:
        return write()[0]
    except RemoteError as error:
        return error


def outcomes(write: Callable[[], Sequence[T | RemoteError]], number: int) -> list[T | RemoteError]:
    """The outcomes of a write of so many; an error that was raised is that of each."""
    try:
        return list(write())
    except RemoteError as error:
        return [error] * number


class ByWire:
    """A class of tests with a connector that reaches the stand through a wire."""

    @pytest.fixture
    def wire(self, stand: Stand) -> Iterator[Wire]:
        with Wire(stand.url) as wire:
            yield wire

    @pytest.fixture
    def site(self, stand: Stand, wire: Wire) -> Iterator[Site]:
        with connected(stand, wire.url) as site:
            yield site
