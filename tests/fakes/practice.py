"""The practice world as a process that a test starts and stops.

Who is in it: administrator `admin` with PASSWORD for the log-in form, the service user `latchkey`
with APP_PASSWORD for programs, and the CiviCRM keys below.
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

APP_PASSWORD = "practice practice practice practice"
PASSWORD = "practice"
API_KEY = "practice-key"
READER_KEY = "practice-key-reader"
GUEST_KEY = "practice-key-guest"
_ENDS = """
[crm.main]
kind = "civicrm"
url = "{crm}"
api_key = "{api_key}"
{crm_lines}
[site.www]
kind = "wordpress"
url = "{site}"
username = "latchkey"
password = "{password}"
hosts_crm = "main"
"""


@dataclass(frozen=True, slots=True)
class RunningPractice:
    """A practice world that answers at `url` until it is stopped; its state is in `home`."""

    url: str
    home: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def pid(self) -> int:
        return self.process.pid

    def switch(self, **switches: object) -> None:
        """Set its switches."""
        request = Request(  # noqa: S310 - loopback, by http
            f"{self.url}/practice/control",
            data=json.dumps(switches).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
            answer.read()

    def stop(self) -> None:
        """End it as an administrator would, with SIGTERM; the state stays."""
        self.process.terminate()
        self._reap()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait(timeout=20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def start_practice(
    home: Path, contacts: int = 50, seed: int = 1, port: int = 0, site: str | None = None
) -> RunningPractice:
    """Start on the state in `home`, seeded the first time, and return when it listens.

    With `site` it is a further site of that kind, and nothing else.
    """
    arguments = ["--home", str(home), "--port", str(port), "--die-with-parent"]
    arguments += ["--site", site] if site else []
    people = ["--contacts", str(contacts), "--seed", str(seed)]
    process = subprocess.Popen(
        [sys.executable, "-m", "latchkey.practice", "serve", *arguments, *people],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    announced = process.stdout.readline()
    if not announced:
        raise RuntimeError(f"practice ended with {process.wait()} before it listened")
    return RunningPractice(json.loads(announced)["url"], home, process)


def both_ends(crm: str, site: str, *crm_lines: str) -> str:
    """Give the TOML of the CRM `main` and of the site `www` that hosts it, at these addresses.

    `crm_lines` are further lines of the CRM's table.
    """
    lines = "".join(f"{line}\n" for line in crm_lines)
    return _ENDS.format(crm=crm, site=site, crm_lines=lines, api_key=API_KEY, password=APP_PASSWORD)
