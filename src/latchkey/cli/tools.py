"""What every command is handed: the installation, and what is known of where it shows things."""

import getpass
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import typer

from latchkey.service.installation import Installation


def person() -> str:
    """The name of the operating system's user, or its number where it has no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # which one depends on the system and on Python
        return f"user {os.getuid()}"


@dataclass(frozen=True)
class Tools:
    """`opening` builds the installation when a command first needs it.

    `by` is whoever gave the command, as it is noted with decisions. `out_is_terminal` and the
    others say whether a person is at that end.
    """

    opening: Callable[[], Installation]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    by: str = field(default_factory=person)
    out_is_terminal: bool = False
    errors_are_terminal: bool = False
    in_is_terminal: bool = False

    def ask(self, question: str, *, answered: bool) -> None:
        """Ask on a terminal whether to go on. Raises typer.Abort when not; `answered` skips it."""
        if answered or not (self.in_is_terminal and self.out_is_terminal):
            return
        typer.confirm(question, abort=True)

    @cached_property
    def installation(self) -> Installation:
        """The installation, built on first use."""
        return self.opening()

    def opened(self) -> "Tools":
        """These tools, with the installation built: before it there is no database to ask."""
        _ = self.installation
        return self

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
