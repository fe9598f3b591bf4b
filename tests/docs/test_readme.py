"""What the README shows is what happens: its commands run, its excerpt is the demo's."""

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from docs.pages import ROOT, blocks_of
from fakes.practice import API_KEY, APP_PASSWORD, RunningPractice
from practice.conftest import practice, seeded_home

__all__ = ["practice", "seeded_home"]

README = ROOT / "README.md"
COMMANDS = [line for block in blocks_of(README, "sh") for line in block.splitlines()]
OURS = [line for line in COMMANDS if line.startswith("latchkey ")]
# They install the package, which a test must not do over the one it runs in.
INSTALLING = [
    "python3 -m venv ~/latchkey",
    "~/latchkey/bin/pip install .",
    'export PATH="$HOME/latchkey/bin:$PATH"',
]
STAYS = "latchkey serve"
# Some contacts wait for a person, as the last line of the excerpt says.
SOME_LEFT = {"latchkey run members"}


@dataclass(frozen=True)
class Place:
    """A folder with the README's file, and an environment with its credentials."""

    folder: Path
    environment: dict[str, str]

    def started(self, command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "latchkey.project.console", *command.split()[1:]],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def call(self, command: str) -> tuple[int, str]:
        with self.started(command) as running:
            out, errors = running.communicate(timeout=120)
        return running.returncode, out + errors


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LATCHKEY_")}
    return {**kept, "LATCHKEY_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


@pytest.fixture
def place(tmp_path: Path, practice: RunningPractice) -> Place:
    """The README's rule, with the practice systems in the place of the real ones."""
    [file] = blocks_of(README, "toml")
    (tmp_path / "latchkey.toml").write_text(
        file.replace("https://www.example.org", practice.url), encoding="utf-8"
    )
    credentials = {"CIVICRM_API_KEY": API_KEY, "WORDPRESS_APP_PASSWORD": APP_PASSWORD}
    return Place(tmp_path, environment(tmp_path / "home", **credentials))


def test_every_command_is_tried_or_installs() -> None:
    targets = [line for line in COMMANDS if line.startswith("make ")]

    assert [one for one in COMMANDS if one not in [*targets, *OURS]] == INSTALLING
    assert targets == ["make demo", "make test"]


def test_make_does_what_the_readme_calls_it_for() -> None:
    make = shutil.which("make") or "make"
    for target, command in (("demo", "latchkey demo"), ("test", "python -m pytest")):
        planned = subprocess.run(
            [make, "--dry-run", "--no-print-directory", target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )

        assert command in planned.stdout.splitlines()[-1]


def test_commands_run_in_the_order_of_the_readme(place: Place) -> None:
    for command in OURS:
        if command == STAYS:
            continue
        status, said = place.call(command)
        assert status == (1 if command in SOME_LEFT else 0), f"{command}: {said}"


def test_serve_answers_until_it_is_stopped(place: Place) -> None:
    place.call(OURS[0])

    with place.started(f"{STAYS} --port 0") as serving:
        assert serving.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in serving.stdout)))
        status = _status_of(urlsplit(found[0]).port)
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=30)

    assert (status, serving.returncode) == (200, 0)


def test_excerpt_is_what_the_demo_says(tmp_path: Path) -> None:
    excerpt = [line for line in blocks_of(README, "")[0].splitlines() if line != "…"]

    status, said = Place(tmp_path, environment(tmp_path / "home")).call("latchkey demo --once")

    shown = {_words(line) for line in said.splitlines()}
    assert status == 0
    assert [line for line in excerpt if _words(line) not in shown] == []


def _status_of(port: int | None) -> int:
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", "/healthz")
    status = line.getresponse().status
    line.close()
    return status


def _words(line: str) -> str:
    """The line without its gaps, and without how long it took."""
    return " ".join(re.sub(r"in [\d.]+ s:", "in … s:", line).split())
