"""`latchkey accounts`, `holds` and `failures`: what Latchkey knows."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from latchkey.cli.output import complain, show, write_csv, write_json
from latchkey.cli.tools import tools
from latchkey.store import queries

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Print CSV, safe for spreadsheets.")]


def accounts(context: typer.Context, *, json: AsJson = False, csv: AsCsv = False) -> None:
    """List every account that Latchkey knows, with the contact it belongs to."""
    headings = ("site", "account_id", "username", "email", "contact_id", "crm", "state", "roles")
    _list(context, queries.accounts, headings, json=json, csv=csv)


def holds(context: typer.Context, *, json: AsJson = False, csv: AsCsv = False) -> None:
    """List the contacts that wait for a person, with the reason."""
    headings = ("rule", "contact_id", "name", "email", "plan", "reason")
    _list(context, queries.holds, headings, json=json, csv=csv)


def failures(context: typer.Context, *, json: AsJson = False, csv: AsCsv = False) -> None:
    """List the contacts that got no account, with the reason."""
    headings = ("rule", "contact_id", "name", "email", "state", "attempts", "again_at", "reason")
    _list(context, queries.failures, headings, json=json, csv=csv)


def _list(
    context: typer.Context,
    reading: Any,
    headings: Sequence[str],
    *,
    json: bool,
    csv: bool,
) -> None:
    if json and csv:
        raise typer.BadParameter("choose one of --json and --csv")
    command = tools(context).opened()
    rows: Iterable[Any] = reading()
    if json:
        write_json(rows)
    elif csv:
        write_csv(rows)
    elif not show(rows, headings, terminal=command.out_is_terminal):
        complain("There is none.")
