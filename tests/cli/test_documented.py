"""docs/commands.md names every command with its options."""

from pathlib import Path
from typing import Any

import pytest
import typer

from latchkey.project.commands import app

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(group: Any, name: str = "latchkey") -> dict[str, Any]:
    found = {}
    for one, command in group.commands.items():
        inner = hasattr(command, "commands")
        found |= commands(command, f"{name} {one}") if inner else {f"{name} {one}": command}
    return found


COMMANDS = commands(typer.main.get_command(app))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_with_its_options(name: str) -> None:
    section = PAGE.partition(f"## `{name}")[2].partition("\n## ")[0]
    options = [option for one in COMMANDS[name].params for option in one.opts if option[:1] == "-"]

    assert section
    assert [option for option in options if f"`{option}" not in section] == []
