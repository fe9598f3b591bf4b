"""What every command is handed: the installation, and what is known of where it shows things."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import typer

from latchkey.service.installation import Installation


@dataclass(frozen=True)
class Tools:
    """`opening` builds the installation when a command first needs it.

    `out_is_terminal` and the others say whether a person is at that end.
    """

    opening: Callable[[], Installation]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    out_is_terminal: bool = False
    errors_are_terminal: bool = False
    in_is_terminal: bool = False

    @cached_property
    def installation(self) -> Installation:
        """The installation, built on first use."""
        return self.opening()

    def close(self) -> None:
        """Let go of what was opened, if anything was."""
        if "installation" in self.__dict__:
            self.installation.connect.close()


def tools_for_console(opening: Callable[[], Installation]) -> Tools:
    """Tools for a command that was typed or called by a program."""
    return Tools(
        opening,
        out_is_terminal=sys.stdout.isatty(),
        errors_are_terminal=sys.stderr.isatty(),
        in_is_terminal=sys.stdin.isatty(),
    )


def tools(context: typer.Context) -> Tools:
    """The tools of a command."""
    found = context.find_object(Tools)
    if found is None:
        raise TypeError("the application was called without its Tools")
    return found
