"""The command as it is installed: its own process, its own home, nothing else."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from project.running import OUTCOMES, environment, latchkey, processes_of
from service.configuration.files import CRM, WHOLE

ANSI = re.compile(r"\x1b")


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """A home in which the demo has run, with its summary."""
    home = tmp_path_factory.mktemp("demo")
    done = latchkey(home, "demo", "--once", "--json", "--contacts", "60")
    assert done.returncode == 0, done.stderr
    return home, json.loads(done.stdout)


def test_demo_does_the_whole_job_and_adds_up(demo_home: tuple[Path, dict[str, int]]) -> None:
    _, summary = demo_home

    assert summary["seen"] == 60 == sum(summary[outcome] for outcome in OUTCOMES)
    assert summary["failed"] == summary["waiting"] == 0
    assert summary["created"] > 30


def test_demo_again_creates_nobody_and_ends_what_it_started(
    demo_home: tuple[Path, dict[str, int]],
) -> None:
    home, _ = demo_home

    again = latchkey(home, "demo", "--once")

    assert again.returncode == 0
    assert "created" not in again.stdout
    assert not ANSI.search(again.stdout + again.stderr)
    assert not processes_of(home)


def test_every_account_of_the_demo_is_listed(demo_home: tuple[Path, dict[str, int]]) -> None:
    home, summary = demo_home

    listed = json.loads(latchkey(home, "accounts", "--json").stdout)

    expected = sum(summary[one] for one in ("created", "linked", "updated", "already"))
    assert len(listed) == expected
    assert all(one["contact_id"] for one in listed)


def test_other_commands_start_the_practice_systems_for_themselves(
    demo_home: tuple[Path, dict[str, int]],
) -> None:
    home, _ = demo_home

    checked = latchkey(home, "check")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert not processes_of(home)


def test_real_connection_is_refused_in_the_demos_home(
    demo_home: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    home, _ = demo_home
    file = tmp_path / "real.toml"
    file.write_text(CRM.replace("crm.main", "crm.real"))

    refused = latchkey(home, "config", "load", str(file))

    assert refused.returncode == 2
    assert "LATCHKEY_HOME" in refused.stderr


def test_demo_is_refused_in_a_home_with_a_real_connection(tmp_path: Path) -> None:
    file = tmp_path / "real.toml"
    file.write_text(
        WHOLE.replace("https://crm.example.org", "http://127.0.0.1:9").replace(
            "https://www.example.org/", "http://127.0.0.1:9"
        )
    )
    latchkey(tmp_path / "home", "config", "load", str(file))

    refused = latchkey(tmp_path / "home", "demo", "--once")

    assert refused.returncode == 2
    assert "LATCHKEY_HOME" in refused.stderr
    assert not (tmp_path / "home" / "practice.sqlite3").exists()


def test_demo_stays_up_and_says_where_to_look_until_interrupted(
    demo_home: tuple[Path, dict[str, int]],
) -> None:
    home, _ = demo_home
    running = subprocess.Popen(
        [sys.executable, "-m", "latchkey.project.console", "demo"],
        env=environment(home) | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break

    up = processes_of(home)
    running.send_signal(signal.SIGINT)
    status = running.wait(30)
    running.stdout.close()

    assert (len(up), status) == (1, 0)
    assert any("/wp-login.php" in line for line in said)
    assert not processes_of(home)


def test_secrets_of_the_home_are_for_its_owner_alone(
    demo_home: tuple[Path, dict[str, int]],
) -> None:
    home, _ = demo_home

    assert (home / "encryption.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("LATCHKEY_DATABASE_URL", "nonsense://x", "LATCHKEY_DATABASE_URL"),
        ("LATCHKEY_DATABASE_URL", "mysql://127.0.0.1/latchkey", "LATCHKEY_DATABASE_URL"),
        ("LATCHKEY_ENCRYPTION_KEYS", "nonsense", "LATCHKEY_ENCRYPTION_KEYS"),
        ("LATCHKEY_SMTP_URL", "smtp://mail.example.org", "LATCHKEY_MAIL_FROM"),
        ("LATCHKEY_LEASE_SECONDS", "-5", "LATCHKEY_LEASE_SECONDS has to be"),
        ("LATCHKEY_PROXIES", "one", "LATCHKEY_PROXIES has to be"),
        ("LATCHKEY_URL", "latchkey.example.org", "LATCHKEY_URL has to be"),
        ("LATCHKEY_URL", "https://[::1", "LATCHKEY_URL has to be"),
    ],
)
def test_wrong_environment_is_status_2_and_a_sentence(
    tmp_path: Path, name: str, value: str, named: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "latchkey.project.console", "accounts"],
        env=environment(tmp_path) | {name: value},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_that_start_together_agree_on_the_tables(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "latchkey.project.console", "accounts", "--json"]
    started = [
        subprocess.Popen(
            command,
            env=environment(tmp_path),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]

    ended = [(*process.communicate(timeout=120), process.returncode) for process in started]

    assert ended == [("[]\n", "", 0)] * 3
