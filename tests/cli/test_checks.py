"""`latchkey check`."""

from pathlib import Path

import pytest

from cli.conftest import Call
from latchkey.remote.errors import SiteError
from latchkey.service.installation import Installation
from service.configuration.files import WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stored(call: Call, tmp_path: Path) -> None:
    """A stored configuration."""
    file = tmp_path / "latchkey.toml"
    file.write_text(WHOLE)
    call("config", "load", str(file))


def test_sound_connections_and_rules_are_shown(call: Call) -> None:
    result = call("check")

    assert result.exit_code == 0
    assert "crm.main at https://crm.example.org (1.0)" in result.stdout
    assert 'ok       The group "Active Members" is there.' in result.stdout


def test_unusable_connection_is_status_3(call: Call, installation: Installation) -> None:
    installation.connect.the_crm.failure = SiteError("The key is wrong.")

    result = call("check")

    assert result.exit_code == 3
    assert "missing  The key is wrong." in result.stdout


def test_rule_that_lacks_a_group_is_status_2(call: Call, installation: Installation) -> None:
    del installation.connect.the_crm.kinds["Active Members"]

    result = call("check")

    assert result.exit_code == 2
    assert 'no group "Active Members"' in result.stdout


@pytest.mark.parametrize("name", ["www", "site.www"])
def test_one_connection_is_checked_alone(call: Call, name: str) -> None:
    result = call("check", name)

    assert "site.www at" in result.stdout
    assert "crm.main at" not in result.stdout


def test_unknown_connection_is_status_2_with_the_nearest(call: Call) -> None:
    result = call("check", "site.ww")

    assert result.exit_code == 2
    assert "did you mean site.www?" in result.stderr
