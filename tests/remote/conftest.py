"""Doors to a server of the tests, closed afterwards."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.http import HttpDoor

QUICK = Limits(connect=1, answer=0.5, total=2, size=10_000, tries=3)
OpenDoor = Callable[..., HttpDoor]


@pytest.fixture
def door_to() -> Iterator[OpenDoor]:
    """Opens a door to an address; `doors` are Doors's own options, the rest are the door's."""
    with ExitStack() as opened:

        def open_(url: str, doors: Doors | None = None, **options: Any) -> HttpDoor:
            door = (doors or Doors(limits=QUICK)).http(url, **options)
            opened.callback(door.close)
            return door

        yield open_
