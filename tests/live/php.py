"""PHP as a program: running a few lines inside an application, and serving its folder."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from live import packages

EXTENSIONS = frozenset(("curl", "intl", "mbstring", "pdo_sqlite", "sqlite3", "xml"))
START_SECONDS = 30.0
RUN_SECONDS = 60.0

# `php` reads the code from its standard input; what it works on comes as one JSON argument.
PROLOGUE = """<?php
$arguments = json_decode( $argv[1], true );
require_once $arguments['load'];
"""


class PhpFailedError(Exception):
    """PHP ended badly or did not start to serve; the message carries what it said."""


class PortTakenError(Exception):
    """Something else listens on the port."""


@dataclass(slots=True)
class Php:
    """PHP for one application: `folder` is served, complaints of all kinds go to `log`."""

    folder: Path
    log: Path
    _server: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def run(self, load: str, code: str, arguments: Mapping[str, object]) -> str:
        """Run this code after the application's own file `load`; return what it printed."""
        given = json.dumps({**arguments, "load": str(self.folder / load)})
        done = subprocess.run(
            [packages.program("php"), *self._settings(), "--", given],
            input=PROLOGUE + code,
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise PhpFailedError(f"exit {done.returncode}: {done.stderr}{done.stdout}")
        return done.stdout

    def serve(self, url: str, workers: int) -> None:
        """Serve the folder at this address; return when it answers."""
        netloc = urlsplit(url).netloc
        server = subprocess.Popen(
            [packages.program("php"), *self._settings(), "-S", netloc, "-t", str(self.folder)],
            env={**os.environ, "PHP_CLI_SERVER_WORKERS": str(workers)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its workers are ended with it, as one group
        )
        self._server = server
        try:
            _wait_for_answer(server, url)
        except Exception:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and its workers; harmless where none runs."""
        if self._server is None:
            return
        if self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGTERM)
        self._server.wait(timeout=10)
        self._server = None

    def _settings(self) -> list[str]:
        """Complaints belong in the log: in an answer they would no longer be JSON."""
        return [
            *("-d", "display_errors=0"),
            *("-d", "log_errors=1"),
            *("-d", f"error_log={self.log}"),
            *("-d", "opcache.enable=1"),
            *("-d", "memory_limit=256M"),
        ]


def need() -> None:
    """Go on only where PHP and the extensions that WordPress on SQLite uses are installed."""
    listed = subprocess.run(
        [packages.program("php"), "-m"], capture_output=True, text=True, check=True
    ).stdout
    missing = EXTENSIONS - {line.strip().lower() for line in listed.splitlines()}
    if missing:
        packages.do_without(f"PHP lacks {', '.join(sorted(missing))}")


def _wait_for_answer(server: subprocess.Popen[bytes], url: str) -> None:
    latest = time.monotonic() + START_SECONDS
    while time.monotonic() < latest:
        if server.poll() is not None:
            raise PortTakenError(f"php -S {url} ended with exit status {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/?rest_route=/", timeout=START_SECONDS):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise PhpFailedError(f"{url} did not answer within {START_SECONDS:.0f} seconds")
