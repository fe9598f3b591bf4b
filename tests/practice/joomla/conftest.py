"""The lab's Joomla at an address, on a state of each test's own."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress

from latchkey.practice import database, mailbox, server, sites
from practice.joomla import lab

KIND = sites.site("joomla")


@pytest.fixture(scope="session")
def joomla_url() -> Iterator[str]:
    """Where a practice Joomla listens, whatever state it is on."""
    application = server.application_of(KIND)
    listening = waitress.create_server(application, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.effective_port}"
    listening.close()


@pytest.fixture
def joomla(joomla_url: str, tmp_path: Path) -> Iterator[str]:
    """The lab's Joomla, before anything has happened in it."""
    server.open_home(tmp_path, mailbox.SCHEMA, KIND.schema)
    with database.transaction() as db:
        lab.build(db)
    yield joomla_url
    database.close_thread()
