"""Connections to a CiviCRM that answers what a test tells it to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest

from latchkey.crm.civicrm import connect
from latchkey.crm.contract import Crm, CrmConnection
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.secrets import Secret

QUICK = Limits(connect=2, answer=2, total=5, size=1024 * 1024, tries=3)
Connect = Callable[..., Crm]


@pytest.fixture
def connected() -> Iterator[Connect]:
    """Opens connections, and closes them after the test."""
    with ExitStack() as opened:

        def open_(
            url: str, *, key: str = "practice-key", dry_run: bool = False, limits: Limits = QUICK
        ) -> Crm:
            connection = CrmConnection(
                UUID(int=1), "main", "civicrm", url, {"api_key": Secret(key)}
            )
            crm = connect(connection, Doors(dry_run=dry_run, limits=limits))
            opened.callback(crm.close)
            return crm

        yield open_
