"""serve, web and worker as processes: they start together, answer, work and end."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from fakes.servers import Postgres, free_port, postgres, redis_url
from latchkey.project.working import Polling, queue_address
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.store.models import Connection

__all__ = ["postgres", "redis_url"]

PATIENCE = 60.0
LATCHKEY = "from latchkey.project.console import main; main()"
WITHOUT_GRANIAN = f"import sys; sys.modules['granian'] = None; {LATCHKEY}"


class Running:
    """A command that runs until it is ended."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.log = log

    def said(self) -> str:
        """The next line of its outcome. AssertionError when it ended instead."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.log.read_text()
        return line.strip()

    def url(self) -> str:
        """Where it says that it is."""
        found = re.search(r"http://\S+", self.said())
        assert found is not None
        return found[0]

    def end(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Seconds until it has ended."""
        begun = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(PATIENCE)
        return time.monotonic() - begun


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts commands in one home; they are ended after the test."""
    with ExitStack() as started:

        def start_one(*arguments: str, code: str = LATCHKEY, **environment: str) -> Running:
            kept = {name: one for name, one in os.environ.items() if "LATCHKEY" not in name}
            log = tmp_path / f"{len(list(tmp_path.glob('*.log')))}.log"
            errors = started.enter_context(log.open("w"))
            process = subprocess.Popen(
                [sys.executable, "-c", code, *arguments],
                env={**kept, "LATCHKEY_HOME": str(tmp_path / "home"), **environment},
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
            started.callback(_put_away, process)
            return Running(process, log)

        yield start_one


def _put_away(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def get(url: str) -> tuple[int, str]:
    """Status and body."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - http, to us
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def wait_until(happened: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.slow
def test_serve_answers_works_and_ends_when_told_to(start: Start, tmp_path: Path) -> None:
    serving = start("serve", "--port", "0")
    url = serving.url()

    assert get(f"{url}/healthz") == (200, '{"alive": true}')
    assert get(f"{url}/readyz") == (200, '{"ready": true, "reasons": []}')
    status, metrics = get(f"{url}/metrics")
    assert (status, "latchkey_attempts_total" in metrics) == (200, True)
    assert get(f"{url}/hooks/none")[0] == 405
    assert url.startswith("http://127.0.0.1:")
    assert serving.end() < 10
    assert serving.process.returncode == 0
    logged = [json.loads(line) for line in serving.log.read_text().splitlines()]
    assert logged[-1]["event"] == "the worker has ended"
    assert (tmp_path / "home" / "queue.sqlite3").exists()


@pytest.mark.slow
def test_ctrl_c_ends_serve_as_well(start: Start) -> None:
    serving = start("serve", "--port", "0")
    serving.url()

    assert serving.end(signal.SIGINT) < 10
    assert serving.process.returncode == 0


@pytest.mark.slow
def test_port_that_is_taken_is_status_2_and_a_sentence(start: Start) -> None:
    port = start("serve", "--port", "0").url().rpartition(":")[2]

    second = start("serve", "--port", port)

    assert second.process.wait(PATIENCE) == 2
    assert "nothing can listen" in second.log.read_text()


@pytest.mark.slow
def test_several_machines_start_at_once_and_migrate_once(
    start: Start, postgres: Postgres, redis_url: str
) -> None:
    database = postgres.new_database()
    shared = {"LATCHKEY_DATABASE_URL": database, "LATCHKEY_QUEUE_URL": redis_url}

    workers = [start("worker", "--port", "0", **shared) for _ in range(2)]
    web = start("web", "--port", "0", code=WITHOUT_GRANIAN, **shared)
    urls = [one.url() for one in (*workers, web)]

    for url in urls:
        assert get(f"{url}/readyz") == (200, '{"ready": true, "reasons": []}')
    with psycopg.connect(database) as connection:
        applied = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    assert len(applied) == len(set(applied)) > 0
    assert all(one.end() < 10 for one in (*workers, web))


@pytest.mark.slow
def test_worker_has_probes_but_no_pages(start: Start) -> None:
    working = start("worker", "--port", "0")
    url = working.url()

    assert get(f"{url}/metrics")[0] == 200
    assert get(f"{url}/") == (404, "There are no pages here.\n")
    assert get(f"{url}/hooks/main")[0] == 404


@pytest.mark.slow
def test_web_is_served_by_granian_where_it_is_installed(start: Start) -> None:
    pytest.importorskip("granian")
    web = start("web", "--port", str(free_port()), "--processes", "2")
    url = web.url()

    wait_until(lambda: _answers(url))
    assert get(f"{url}/readyz") == (200, '{"ready": true, "reasons": []}')
    assert web.end() < 15


def _answers(url: str) -> bool:
    try:
        return get(f"{url}/healthz")[0] == 200
    except OSError:
        return False


def test_queue_is_in_a_file_unless_the_environment_says_otherwise() -> None:
    database = {"LATCHKEY_DATABASE_URL": "postgresql://db.example.org/latchkey"}
    redis = {"LATCHKEY_QUEUE_URL": "redis://queue.example.org/0"}

    assert re.fullmatch(r"sqlite:////.+/queue\.sqlite3", queue_address({}))
    assert queue_address(database) == database["LATCHKEY_DATABASE_URL"]
    assert queue_address({**database, **redis}) == redis["LATCHKEY_QUEUE_URL"]
    assert queue_address({"LATCHKEY_DATABASE_URL": "sqlite:////tmp/l"}).startswith("sqlite:")


@pytest.mark.parametrize(
    ("environment", "practice", "seconds"),
    [
        ({}, True, 5),
        ({}, False, 30),
        ({"LATCHKEY_POLL_SECONDS": "12.5"}, True, 12.5),
        ({"LATCHKEY_POLL_SECONDS": "12.5"}, False, 12.5),
    ],
)
def test_practice_is_polled_more_often_than_a_real_crm(environment, practice, seconds) -> None:
    polled = Polling(environment).every(Connection(practice=practice))

    assert polled.total_seconds() == seconds


@pytest.mark.parametrize("given", ["often", "", "0", "-5", "nan", "1e9"])
def test_polling_that_cannot_be_is_refused(given: str) -> None:
    with pytest.raises(ConfigurationError, match="LATCHKEY_POLL_SECONDS"):
        Polling({"LATCHKEY_POLL_SECONDS": given})
