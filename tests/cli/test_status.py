"""Wrong calls are status 2, and help needs nothing."""

import pytest

from cli.conftest import Call


@pytest.mark.parametrize("arguments", [["nothing"], ["run"], ["provision", "members", "x"]])
def test_wrong_call_is_status_2(call: Call, arguments: list[str]) -> None:
    assert call(*arguments).exit_code == 2


@pytest.mark.parametrize("command", ["run", "preview", "check", "accounts", "config"])
def test_help_is_given_without_opening_anything(call: Call, command: str) -> None:
    result = call(command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.stdout
