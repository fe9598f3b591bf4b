"""The practice systems as a process of their own, started on loopback when they are needed."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Lock

from latchkey.remote.errors import SiteError

LOOPBACK = "127.0.0.1"
# Made-up credentials of made-up systems, which the demo prints. See `latchkey.practice`.
USERNAME = "latchkey"
APP_PASSWORD = "practice practice practice practice"  # noqa: S105 - made up, as said above
API_KEY = "practice-key"
PATIENCE = 15.0


class PracticeSystems:
    """The practice CRM, site and mailbox of one home. Safe to share between threads.

    `port` is the one they had before, taken again where it is free: links in old mails go on
    working. `contacts` counts for the first start in a home only.
    """

    def __init__(self, home: Path, *, port: int = 0, contacts: int | None = None) -> None:
        self._home = home
        self._port = port
        self._contacts = contacts
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._url = ""

    def url(self) -> str:
        """Where they are; they are started when they are not up. SiteError when that fails."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
            return self._url

    def wait(self) -> None:
        """Return when they have ended by themselves, or were never started."""
        process = self._process
        if process is not None:
            process.wait()

    def stop(self) -> None:
        """End them, when this process has started them."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _start(self) -> None:
        log = self._home / "practice.log"
        with log.open("a", encoding="utf-8") as errors:
            # A session of its own: Ctrl-C is for us, and we end it afterwards.
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                env=_environment(),
            )
        said = self._process.stdout.readline() if self._process.stdout else ""
        try:
            self._url = json.loads(said)["url"]
        except (ValueError, KeyError, TypeError):
            self._process.kill()
            self._process.wait()
            raise SiteError(
                f"The practice systems did not start; {log} says why. "
                "Remove it and practice.sqlite3 to begin anew."
            ) from None

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "latchkey.practice", "serve"]
        command += ["--home", str(self._home), "--port", str(_free(self._port))]
        command += ["--app-password", APP_PASSWORD, "--api-key", API_KEY, "--die-with-parent"]
        if self._contacts is not None:
            command += ["--contacts", str(self._contacts)]
        return command


def _free(port: int) -> int:
    """The port, or 0 when somebody else has it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return 0
    return port


def _environment() -> dict[str, str]:
    """Ours without our secrets: the practice systems need none of them."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
