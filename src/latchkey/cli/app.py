"""The commands, put together."""

from typing import Annotated

import typer

from latchkey import __version__
from latchkey.cli import (
    checks,
    configuring,
    importing,
    linking,
    lists,
    pausing,
    reviewing,
    running,
    undoing,
)
from latchkey.cli.output import say
from latchkey.cli.status import SentencedGroup

app = typer.Typer(
    name="latchkey",
    cls=SentencedGroup,
    help="Gives every CiviCRM contact who should have one a login on the right website.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(configuring.app, name="config")
app.command()(checks.check)
app.command()(running.preview)
app.command()(running.run)
app.command()(running.provision)
app.command()(running.retry)
app.command()(running.reset_passwords)
app.command()(reviewing.plans)
app.command()(reviewing.release)
app.command()(reviewing.reject)
app.command()(pausing.pause)
app.command()(pausing.resume)
app.command()(linking.link_users)
app.command()(linking.doctor)
app.command("import")(importing.import_file)
app.command()(undoing.undo_import)
app.command()(lists.accounts)
app.command()(lists.holds)
app.command()(lists.failures)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if asked:
        say(f"latchkey {__version__}")
        raise typer.Exit


@app.callback()
def latchkey(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Gives every CiviCRM contact who should have one a login on the right website."""
