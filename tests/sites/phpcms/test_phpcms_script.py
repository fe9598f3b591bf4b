"""The PHP script, run by php on a stub of each CMS: it keeps the contract too."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from latchkey.policy.values import Account, AccountChange
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.process import Command
from latchkey.sites.contract import Site, one_time_links
from latchkey.sites.phpcms.connector import PhpCmsSite
from latchkey.sites.phpcms.script import LOADER, argv_for, opening, program
from sites.behaviour import Behaviour
from sites.connecting import connected, outcome
from sites.phpcms.own import OwnWays
from sites.phpcms.pipe import ByPipe
from sites.phpcms.stub_stand import StubStand, php, stub_stand
from sites.stand import named, people, person
from sites.writing import Writing

FAKE_SSH = Path(__file__).with_name("fake_ssh.py")


class ScriptOnStub(ByPipe, Behaviour, Writing, OwnWays):
    """The contract, and what only the script itself can show."""

    def test_welcome_goes_to_who_never_logged_in(self, stand: StubStand, site: Site) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        site.tell([made])

        assert stand.letters()[-1] == {"to": made.email, "letter": "register_admin_created"}

    def test_script_arrives_through_ssh(self, stand: StubStand, tmp_path: Path) -> None:
        ssh = tmp_path / "ssh"
        ssh.write_text(f'#!/bin/sh\nexec {sys.executable} {FAKE_SSH} "$@"\n', "utf-8")
        ssh.chmod(0o755)
        ann = person(stand.role)

        with connected(stand, f"pipe:{ssh} -T -o BatchMode=yes web@www.example.org php") as site:
            health = site.check()
            made = outcome(lambda: site.create([ann]))

        assert health.usable
        assert isinstance(made, Account)
        assert len(stand.seen(ann.email)) == 1

    def test_failure_in_a_module_is_not_known_to_be_undone(
        self, stand: StubStand, site: Site
    ) -> None:
        ann = named(person(stand.role), username="throws.ann")

        failed = outcome(lambda: site.create([ann]))

        assert isinstance(failed, UnknownOutcome)
        assert "RuntimeException" in str(failed)
        assert ann.password not in str(failed)

    def test_one_that_ends_the_script_harms_none_of_the_others(
        self, stand: StubStand, site: Site
    ) -> None:
        everybody = people(3, stand.role)
        everybody[1] = named(everybody[1], username="dies.bob")

        outcomes = site.create(everybody)

        assert [type(one) for one in outcomes] == [Account, UnknownOutcome, Account]

    def test_lock_that_a_killed_program_left_is_outlived(
        self, stand: StubStand, site: Site
    ) -> None:
        (stand.root / "latchkey_accounts.lock").write_text(str(time.time() + 1), "utf-8")

        outcomes = site.create(people(2, stand.role))

        assert [type(one) for one in outcomes] == [Account, Account]

    def test_password_is_kept_as_a_hash_and_never_shown(self, stand: StubStand, site: Site) -> None:
        ann = person(stand.role)

        made = outcome(lambda: site.create([ann]))

        kept = (stand.root / "stub.sqlite").read_bytes()
        assert ann.password.encode() not in kept
        assert ann.password not in repr(made)

    def test_one_time_link_is_given_to_who_is_not_blocked(
        self, stand: StubStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)

        [link] = one_time_links(site, [made])

        assert isinstance(link, str)
        assert f"user/reset/{made.id}/" in link

    def test_no_one_time_link_is_given_to_who_is_blocked(
        self, stand: StubStand, site: Site
    ) -> None:
        made = outcome(lambda: site.create([person(stand.role)]))
        assert isinstance(made, Account)
        site.disable([made])

        assert isinstance(one_time_links(site, [made])[0], RejectedError)

    def test_command_that_is_not_one_is_refused_by_its_code(self, site: Site) -> None:
        assert isinstance(site, PhpCmsSite)

        answer = site._talk.answers([Command("delete", {"id": 2})])[0]

        assert isinstance(answer, SiteError)
        assert "unknown_command" in str(answer)


class TestDrupal7Script(ScriptOnStub):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubStand]:
        with stub_stand("drupal7", tmp_path_factory.mktemp("drupal7")) as stand:
            yield stand


class TestBackdropScript(ScriptOnStub):
    @pytest.fixture(scope="class")
    @classmethod
    def stand(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StubStand]:
        with stub_stand("backdrop", tmp_path_factory.mktemp("backdrop")) as stand:
            yield stand

    def test_name_that_is_another_address_is_refused_beforehand(
        self, stand: StubStand, site: Site
    ) -> None:
        ann, bob = people(2, stand.role)

        refused = outcome(lambda: site.create([named(ann, username=f"not.{ann.email}")]))
        made = outcome(lambda: site.create([named(bob, username=bob.email)]))
        assert isinstance(made, Account)
        changed = outcome(lambda: site.update([AccountChange(made, email=ann.email)]))

        assert type(refused) is RejectedError
        assert type(changed) is RejectedError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    php()
    return tmp_path


def test_script_is_sound_to_php(tmp_path: Path) -> None:
    whole = tmp_path / "script.php"
    whole.write_bytes(program())

    done = subprocess.run([php(), "-l", str(whole)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_lock_is_waited_for_longer_than_it_is_held() -> None:
    held, waited = re.findall(r"const (?:HELD|WAITED) = ([\d.]+);", program().decode())

    assert float(held) < float(waited) < Limits().answer


def test_folder_without_a_cms_is_told(root: Path) -> None:
    assert _greeting(root) == {"latchkey": 1, "error": "no_cms", "what": str(root)}


def test_folder_that_is_not_there_is_told(root: Path) -> None:
    assert _greeting(root / "gone")["error"] == "no_root"


def test_newer_drupal_is_told(root: Path) -> None:
    (root / "core" / "lib").mkdir(parents=True)
    (root / "core" / "lib" / "Drupal.php").touch()

    assert _greeting(root)["error"] == "other_cms"


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ("exit(0);", "bootstrap_ended"),
        ("throw new PDOException('Access denied for user, using hunter2');", "bootstrap_failed"),
    ],
)
def test_cms_that_does_not_start_is_told(settings: str, error: str, root: Path) -> None:
    stand = StubStand("drupal7", root / "site", root / "home", "http://127.0.0.1:1")
    (stand.root / "sites/default/settings.php").write_text(f"<?php {settings}", "utf-8")

    greeting = _greeting(stand.root)

    assert greeting["error"] == error
    assert "hunter2" not in json.dumps(greeting)


def test_database_that_is_down_is_a_passing_trouble(root: Path) -> None:
    stand = StubStand("drupal7", root / "site", root / "home", "http://127.0.0.1:1")
    (stand.root / "sites/default/settings.php").write_text("<?php throw new PDOException('x');")

    with connected(stand, "pipe:php") as site, pytest.raises(TransientError, match="database"):
        site.check()


def test_links_that_lead_elsewhere_are_told(root: Path) -> None:
    stand = StubStand("drupal7", root / "site", root / "home", "https://www.example.org")
    elsewhere = "<?php $GLOBALS['base_url'] = 'https://staging.example.org';"
    (stand.root / "sites/default/settings.php").write_text(elsewhere, "utf-8")

    with connected(stand, "pipe:php") as site:
        health = site.check()

    assert health.usable
    assert any("staging.example.org" in one.what and one.remedy for one in health.findings)


def test_garbled_line_is_answered_by_a_code(root: Path) -> None:
    stand = StubStand("backdrop", root / "site", root / "home", "http://127.0.0.1:1")

    lines = _said(stand.root, b"not json\n[]\n\n")

    assert [line.get("error") for line in lines[1:]] == ["bad_line", "unknown_command", "bad_line"]


def test_no_credential_of_ours_reaches_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATCHKEY_SECRET_KEY", "hunter2")
    monkeypatch.setenv("CIVICRM_API_KEY", "hunter2")
    tell = "import os, json; print(json.dumps({'latchkey': 0, 'seen': dict(os.environ)}))"

    door = Doors().process(
        [sys.executable, "-c", tell], opening=b"", greeting="latchkey", is_read=bool
    )
    greeting = door.greeting()
    door.close()

    assert "hunter2" in os.environ.values()
    assert "PATH" in json.dumps(greeting)
    assert "hunter2" not in json.dumps(greeting)


def test_loader_is_quoted_for_the_shell_behind_ssh_only() -> None:
    assert argv_for("sudo -u www-data php")[-1] == LOADER
    assert argv_for("/usr/bin/ssh -T web@h php")[-1] == shlex.quote(LOADER)


def _said(root: Path, lines: bytes = b"") -> list[dict[str, object]]:
    done = subprocess.run(
        [php(), "-r", LOADER],
        input=opening(str(root), "http://127.0.0.1:8080") + lines,
        capture_output=True,
        check=False,
        timeout=30,
    )
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def _greeting(root: Path) -> dict[str, object]:
    return _said(root)[0]
