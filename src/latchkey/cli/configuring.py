"""`latchkey config`: connections and rules from and to a TOML file."""

from pathlib import Path
from typing import Annotated

import typer

from latchkey.cli.output import complain, say
from latchkey.cli.status import Status
from latchkey.cli.tools import tools
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.differences import Difference, Step
from latchkey.service.configuration.dumping import dump as dumped
from latchkey.service.configuration.loading import load as load_text
from latchkey.service.configuration.problems import ConfigurationError

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Connections and rules, from and to a TOML file.",
)


@app.command()
def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The TOML file.", show_default=False)],
    *,
    prune: Annotated[
        bool,
        typer.Option(
            "--prune", help="Remove rules that are not in the file, and connections nobody uses."
        ),
    ] = False,
) -> None:
    """Store what the file says, all of it or nothing, and show what changed."""
    command = tools(context)
    text = _read(file)
    host = Host(command.environment, file.resolve().parent)
    try:
        loaded = load_text(command.installation, text, host, prune=prune)
    except ConfigurationError:
        complain(f"Nothing of {file} was stored:")
        raise
    for difference in loaded.differences:
        _show(difference)
    for warning in loaded.warnings:
        complain(f"Warning: {warning}")


@app.command()
def dump(context: typer.Context) -> None:
    """Print what is stored as a file that can be loaded; credentials are never in it."""
    tools(context).opened()
    typer.echo(dumped(), nl=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        complain(f"{file} cannot be read: {error.strerror}.")
    except UnicodeDecodeError:
        complain(f"{file} is not UTF-8 text; save it as UTF-8.")
    raise typer.Exit(Status.CONFIGURATION)


def _show(difference: Difference) -> None:
    say(f"{difference.step:<9} {difference.where}{_remark(difference.step)}")
    for one in difference.alterations:
        say(f"          {one.key}: {one.before or '(nothing)'} -> {one.after or '(nothing)'}")


def _remark(step: Step) -> str:
    return " (not in the file; --prune removes what is not needed)" if step is Step.KEPT else ""
