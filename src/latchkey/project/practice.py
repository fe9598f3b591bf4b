"""The practice systems as processes of their own, started on loopback when they are needed."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import IO
from urllib.parse import urlsplit

from latchkey.project.posts import LOOK_AGAIN, Line, Post
from latchkey.remote.errors import SiteError

LOOPBACK = "127.0.0.1"
# Made-up credentials of made-up systems, which the demo prints. See `latchkey.practice`.
USERNAME = "latchkey"
APP_PASSWORD = "practice practice practice practice"  # noqa: S105 - made up, as said above
API_KEY = "practice-key"
PATIENCE = 15.0
WORDPRESS = "wordpress"
ITS_OWN_CRM = "standalone"  # plays the CRM too


@dataclass(frozen=True, slots=True)
class PracticePlace:
    """Where a practice system is, as it announced itself.

    `connection` are the settings of a connection to a further kind of site, `role` what a member is
    given there; both are empty for the practice CRM with its WordPress.
    """

    url: str
    connection: Mapping[str, str | list[str]] = field(default_factory=dict)
    role: str = ""


class PracticeSystems:
    """The practice CRM, site and mailbox of one home. Safe to share between threads.

    `site` is the kind of the site: WordPress comes in one process with the CRM, and so does a
    Standalone; any other is a process beside. The ports are those they had before, taken again
    where they are free: links in old mails go on working. All processes of the home use the same
    ones, which run until the last lets go of them, and are started anew by whoever asks where they
    are when they have ended. `contacts` counts for the first start in a home only.
    """

    def __init__(
        self,
        home: Path,
        *,
        port: int = 0,
        contacts: int | None = None,
        site: str = WORDPRESS,
        site_port: int = 0,
    ) -> None:
        own_crm = (site,) if site == ITS_OWN_CRM else ()
        self.kind = site
        self._main = _Process(home, port, contacts, *own_crm)
        beside = site not in (WORDPRESS, ITS_OWN_CRM)
        self._site = _Process(home, site_port, contacts, site) if beside else self._main

    def url(self) -> str:
        """Where the CRM and the mailbox are; they are started when they are not up.

        SiteError when that fails.
        """
        return self._main.place().url

    def site(self) -> PracticePlace:
        """Where the site is; it is started as `url` does it."""
        return self._site.place()

    def wait(self) -> None:
        """Return when the CRM has ended by itself, or was never started.

        Those that another process began are started here when they end.
        """
        while self._main.outlasts():
            self._main.place()
            self._site.place()
        self._main.wait()

    def stop(self) -> None:
        """Let go of them; they end unless another process of the home uses them."""
        self._site.stop()
        self._main.stop()


class _Process:
    """One process of practice systems; with a kind it is a further site."""

    def __init__(self, home: Path, port: int, contacts: int | None, kind: str = "") -> None:
        self._home = home
        self._port = port
        self._contacts = contacts
        self._kind = kind
        name = "-".join(filter(None, ("practice", kind)))
        self._post = Post(home / f"{name}.running")
        self._line = Line(home / f"{name}.line")
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._place = PracticePlace("")

    def place(self) -> PracticePlace:
        """Where it is, started when it is not up."""
        with self._lock:
            if not self._reaped() and self._place.url:
                return self._place
            with self._post.alone():
                self._line.hold()
                self._find_or_start()
            self._port = urlsplit(self._place.url).port or 0
            return self._place

    def outlasts(self) -> bool:
        """Return when one that another process began has ended; False when ours or none runs."""
        if self._process is not None or not self._place.url:
            return False
        self._post.wait()
        return bool(self._place.url)

    def wait(self) -> None:
        """Return when it has ended by itself, or was never started."""
        process = self._process
        if process is not None:
            process.wait()

    def stop(self) -> None:
        """Let go of it; it ends unless another process uses it."""
        with self._lock:
            self._place = PracticePlace("")
            if not self._line.is_held:
                self._reaped()
                return
            with self._post.alone():
                if self._line.let_go():
                    self._end()

    def _end(self) -> None:
        """Return when it has ended, which it does by itself when nobody holds the line."""
        if self._process is None:
            give_up = time.monotonic() + PATIENCE
            while not self._post.is_free() and time.monotonic() < give_up:
                time.sleep(LOOK_AGAIN)
            return
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reaped()

    def _reaped(self) -> bool:
        """Whether none that we began runs."""
        if self._process is not None and self._process.poll() is not None:
            self._process = None
        return self._process is None

    def _find_or_start(self) -> None:
        give_up = time.monotonic() + PATIENCE
        while (held := self._post.take()) is None:
            if said := self._post.said():
                self._place = _announced(said)
                return
            # Whoever began was killed before it could say where; what it began ends by itself.
            if time.monotonic() > give_up:
                raise SiteError("The practice systems are still ending; try again in a moment.")
            time.sleep(LOOK_AGAIN)
        with held:
            self._start(held)

    def _start(self, post: IO[str]) -> None:
        log = self._home / "practice.log"
        with log.open("a", encoding="utf-8") as errors, self._line.reader() as line:
            # A session of its own: Ctrl-C is for us, and we end it afterwards.
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
                self._command(),
                stdin=line,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                pass_fds=(post.fileno(),),  # the post is its own, as long as it runs
                env=_environment(),
            )
        said = ""
        if self._process.stdout is not None:
            with self._process.stdout as out:
                said = out.readline()
        try:
            self._place = _announced(said)
        except (ValueError, KeyError, TypeError):
            self._process.kill()
            self._process.wait()
            raise SiteError(
                f"The practice systems did not start; {log} says why. "
                "Remove it and practice.sqlite3 to begin anew."
            ) from None
        post.write(said)

    def _command(self) -> list[str]:
        command = [sys.executable, "-m", "latchkey.practice", "serve"]
        command += ["--home", str(self._home), "--port", str(_free(self._port))]
        command += ["--app-password", APP_PASSWORD, "--api-key", API_KEY, "--die-with-parent"]
        if self._kind:
            command += ["--site", self._kind]
        if self._contacts is not None:
            command += ["--contacts", str(self._contacts)]
        return command


def _announced(line: str) -> PracticePlace:
    """What a process says in its first line. ValueError, KeyError or TypeError when it is none."""
    said = json.loads(line)
    return PracticePlace(said["url"], said.get("connection", {}), said.get("role", ""))


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
