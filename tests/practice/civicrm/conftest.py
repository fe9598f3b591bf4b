"""The practice CRM at an address, on a state of each test's own."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress

from latchkey.practice import database, server
from practice.civicrm import lab
from practice.civicrm.client import Client


@pytest.fixture(scope="session")
def crm_url() -> Iterator[str]:
    """Where the practice world listens, whatever state it is on."""
    listening = waitress.create_server(server.application, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=listening.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.effective_port}"
    listening.close()


@pytest.fixture(scope="session")
def lab_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab, built once."""
    home = tmp_path_factory.mktemp("lab")
    server.open_home(home)
    with database.transaction() as db:
        lab.build(db)
    database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close_thread()
    return home


@pytest.fixture
def crm(crm_url: str, lab_home: Path, tmp_path: Path) -> Iterator[Client]:
    """The lab's administrator, on a copy of the lab."""
    built = lab_home / database.FILE_NAME
    (tmp_path / database.FILE_NAME).write_bytes(built.read_bytes())
    database.open_home(tmp_path)
    yield Client(crm_url, lab.ADMIN_KEY)
    database.close_thread()
