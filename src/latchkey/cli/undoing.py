"""`latchkey undo-import`: the accounts that an import made and nobody used, taken back."""

from typing import Annotated

import typer

from latchkey.cli.import_steps import BY, again, carry, found, sentenced
from latchkey.cli.output import complain, show, write_json
from latchkey.cli.status import Status
from latchkey.cli.tools import Tools, tools
from latchkey.policy.undoing import Fate
from latchkey.service.importing import undoing
from latchkey.service.provisioning.progress import Silent
from latchkey.store.models import Import

HEADINGS = ("account_id", "username", "email", "fate", "outcome", "reason")


def undo_import(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="IMPORT", help="The import's number.")],
    tick: Annotated[
        list[str] | None,
        typer.Option("--tick", metavar="ACCOUNT_ID", help="Take this one back, too."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it begins.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")] = False,
) -> None:
    """Take back the accounts that an import made and nobody has used since."""
    command = tools(context).opened()
    with sentenced():
        one = found(number)
        undoing.plan_undo(command.installation, one, Silent())
        if not dry_run:
            _ask(command, one, asked_for=yes or json)
            undoing.confirm_undo(again(one), BY, tick or ())
            carry(command, one)
    _show(command, one, json=json)
    if any(row.fate == Fate.ASK for row in undoing.undo_preview(again(one))):
        complain("Nobody can tell whether those marked ask were used: --tick ACCOUNT_ID takes one.")
    if not dry_run and undoing.is_left(again(one)):
        raise typer.Exit(Status.SOME_LEFT)


def _ask(command: Tools, one: Import, *, asked_for: bool) -> None:
    if asked_for or not (command.in_is_terminal and command.out_is_terminal):
        return
    _show(command, one, json=False)
    typer.confirm("Take these accounts back now?", abort=True)


def _show(command: Tools, one: Import, *, json: bool) -> None:
    rows = undoing.undo_preview(again(one))
    if json:
        write_json(rows)
    else:
        show(rows, HEADINGS, terminal=command.out_is_terminal)
