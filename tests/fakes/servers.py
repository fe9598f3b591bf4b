"""Private PostgreSQL and Redis servers on loopback, from Debian's packages."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

LOOPBACK = "127.0.0.1"
BINARIES = Path("/usr/lib/postgresql")
USER = "postgres"
PATIENCE = 30.0
# Nothing of a test has to outlive the machine.
HASTY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")


class Postgres:
    """A running server; every test takes a database of its own."""

    def __init__(self, port: int) -> None:
        self._port = port

    def url(self, database: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql://{USER}@{LOOPBACK}:{self._port}/{database}"

    def new_database(self) -> str:
        """The address of an empty database."""
        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the tests of one process."""
    versions = sorted(BINARIES.glob("*/bin"), key=lambda one: float(one.parent.name))
    if not versions:
        _go_without("PostgreSQL is not installed (Debian: postgresql)")
    with _folder() as folder, _postgres(versions[-1], folder) as port:
        yield Postgres(port)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The address of a Redis server for the tests of one process."""
    binary = shutil.which("redis-server")
    if binary is None:
        _go_without("Redis is not installed (Debian: redis-server)")
    with _folder() as folder, _redis(str(binary), folder) as port:
        yield f"redis://{LOOPBACK}:{port}/0"


def _go_without(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI goes without nothing")
    pytest.skip(reason)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder that the server's own user can reach, which those of pytest are not."""
    folder = Path(tempfile.mkdtemp(prefix="latchkey-server-"))
    if _is_root():
        shutil.chown(folder, USER, USER)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _postgres(binaries: Path, folder: Path) -> Iterator[int]:
    place, port = folder / "data", free_port()
    made = [str(binaries / "initdb"), "-D", str(place), "-U", USER, "--no-sync", "-E", "UTF8"]
    subprocess.run([*_as_user(), *made, "--locale=C"], check=True, cwd=folder, capture_output=True)
    command = [str(binaries / "postgres"), "-D", str(place), "-p", str(port), "-h", LOOPBACK]
    command += ["-k", str(folder), *(part for one in HASTY for part in ("-c", one))]
    # SIGINT is PostgreSQL's fast shutdown; with SIGTERM it waits for whoever is connected.
    with _running([*_as_user(), *command], folder, signal.SIGINT):
        _wait_for(lambda: psycopg.connect(Postgres(port).url()).close(), psycopg.Error)
        yield port


@contextmanager
def _redis(binary: str, folder: Path) -> Iterator[int]:
    port = free_port()
    command = [binary, "--port", str(port), "--bind", LOOPBACK, "--save", "", "--dir", str(folder)]
    with _running(command, folder, signal.SIGTERM):
        _wait_for(lambda: _ping(port), redis.RedisError)
        yield port


def _ping(port: int) -> None:
    with redis.Redis(LOOPBACK, port) as client:
        client.ping()


@contextmanager
def _running(command: list[str], folder: Path, end: signal.Signals) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        yield
    finally:
        process.send_signal(end)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(reach: Callable[[], object], failures: type[Exception]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            reach()
        except failures:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if not _is_root():
        return []
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


def _is_root() -> bool:
    return os.geteuid() == 0


def free_port() -> int:
    """A port of loopback that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
