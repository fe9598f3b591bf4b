"""A queue of every kind, empty and of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from fakes.servers import postgres, redis_url
from latchkey.jobs.carrier import Carrier, open_carrier

__all__ = ["postgres", "redis_url"]


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def queue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty queue."""
    match request.param:
        case "sqlite":
            return f"sqlite:///{tmp_path / 'queue.sqlite3'}"
        case "postgresql":
            return str(request.getfixturevalue("postgres").new_database())
        case _:
            return own_redis(request.getfixturevalue("redis_url"))


def own_redis(url: str) -> str:
    """The server's queue, emptied: all tests of a process share its name."""
    emptied = open_carrier(url)
    emptied._storage.flush_all()
    emptied.close()
    return url


@pytest.fixture
def carrier(queue_url: str) -> Iterator[Carrier]:
    """One process's end of the queue."""
    opened = open_carrier(queue_url)
    yield opened
    opened.close()


@pytest.fixture
def file_carrier(tmp_path: Path) -> Iterator[Carrier]:
    """A queue in a file."""
    opened = open_carrier(f"sqlite:///{tmp_path / f'{uuid4().hex}.sqlite3'}")
    yield opened
    opened.close()
