"""`latchkey pause` and `resume`: stopping work before the next remote write, and going on."""

from typing import Annotated

import typer

from latchkey.cli.output import say
from latchkey.cli.tools import tools
from latchkey.service import pausing

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="[SITE|RULE]", help="A connection or a rule; all when left out.", show_default=False
    ),
]


def pause(context: typer.Context, name: Name = None) -> None:
    """Stop work before the next write to another system: all of it, or of a site or a rule."""
    command = tools(context).opened()
    pausing.pause(name, command.by)
    say(f"Paused: {name or 'everything'}.")


def resume(context: typer.Context, name: Name = None) -> None:
    """Go on with what was paused; what Latchkey stopped by itself is tried again."""
    command = tools(context).opened()
    was_paused = pausing.resume(name, command.by)
    say(f"{'Going on' if was_paused else 'Was not paused'}: {name or 'everything'}.")
