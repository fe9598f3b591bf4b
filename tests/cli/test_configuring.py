"""`latchkey config`."""

from pathlib import Path

import pytest

from cli.conftest import Call
from latchkey.store.models import Connection
from service.configuration.files import WHOLE, rule

pytestmark = pytest.mark.django_db


def test_load_shows_what_was_added_and_then_what_changed(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    first = call("config", "load", str(file))
    file.write_text(rule('roles = ["member"]'))

    second = call("config", "load", str(file))

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "added     rule.members" in first.stdout
    assert "roles: subscriber -> member" in second.stdout


def test_load_of_a_wrong_file_says_all_on_stderr_and_stores_nothing(
    call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "latchkey.toml"
    file.write_text(rule('when = "soon"', "brake = 0"))

    result = call("config", "load", str(file))

    assert result.exit_code == 2
    assert not result.stdout
    assert "rule.members.when" in result.stderr
    assert "rule.members.brake" in result.stderr
    assert not Connection.objects.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_file_that_cannot_be_read_is_a_sentence(
    call: Call, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "latchkey.toml"
    if content is not None:
        file.write_bytes(content)

    result = call("config", "load", str(file))

    assert result.exit_code == 2
    assert "latchkey.toml" in result.stderr


def test_credential_is_never_shown(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    loaded = call("config", "load", str(file))

    dumped = call("config", "dump")

    assert "secret" not in loaded.output + dumped.output
    assert dumped.stdout.count('"stored"') == 2


def test_dump_can_be_loaded(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    call("config", "load", str(file))
    file.write_text(call("config", "dump").stdout)

    result = call("config", "load", str(file))

    assert result.exit_code == 0
    assert result.stdout.split("\n")[0] == "unchanged crm.main"


def test_prune_is_asked_for(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    call("config", "load", str(file))
    file.write_text("")

    kept = call("config", "load", str(file))
    removed = call("config", "load", str(file), "--prune")

    assert "kept      rule.members (not in the file" in kept.stdout
    assert "removed   crm.main" in removed.stdout
    assert not Connection.objects.exists()
