"""`latchkey preview`, `run`, `provision` and `retry`: the main job, asked for by a person."""

from typing import Annotated, Any

import typer

from latchkey.cli.naming import rule_named
from latchkey.cli.output import as_json, complain, say, show, write_json
from latchkey.cli.progress import StepsProgress, watching
from latchkey.cli.status import Status
from latchkey.cli.summaries import show_left, show_summary, some_left
from latchkey.cli.tools import Tools, tools
from latchkey.service import retrying
from latchkey.service.provisioning import run as provisioning
from latchkey.store import queries
from latchkey.store.models import Rule, State

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def preview(
    context: typer.Context,
    rule: RuleName,
    contact: Annotated[
        int | None, typer.Option("--contact", metavar="ID", help="One contact only.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Show what a run would do with each contact; nothing is written anywhere."""
    command = tools(context)
    installation = command.installation
    rows = provisioning.preview(installation, rule_named(rule), contact)
    if json:
        write_json(rows)
        return
    headings = ("contact_id", "name", "email", "verdict", "username", "reason")
    if not show(rows, headings, terminal=command.out_is_terminal):
        complain("Nobody is in the rule's groups and tags.")


def run(
    context: typer.Context,
    rule: RuleName,
    *,
    json: AsJson = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before it begins; brakes hold all the same.")
    ] = False,
) -> None:
    """Carry the rule out: one attempt at each contact, then say what came of them."""
    command = tools(context)
    installation = command.installation
    row = rule_named(rule)
    _ask(command, row, asked_for=yes or json)
    with watching(terminal=command.errors_are_terminal) as progress:
        summary = provisioning.run_rule(installation, row, progress)
    if json:
        say(as_json(summary))
    else:
        _show_run(row, summary, terminal=command.out_is_terminal)
    if some_left(summary):
        raise typer.Exit(Status.SOME_LEFT)


def provision(
    context: typer.Context,
    rule: RuleName,
    contact_id: Annotated[int, typer.Argument(metavar="CONTACT_ID", help="The CRM's own id.")],
) -> None:
    """Give one contact an account now, and show each step."""
    installation = tools(context).installation
    change = provisioning.provision(installation, rule_named(rule), contact_id, StepsProgress())
    reason = f": {change.reason.sentence}" if change.reason else ""
    username = change.details.get("username") or change.intended_username
    account = f", account {username} ({change.account_id})" if change.account_id else ""
    say(f"contact {contact_id} {change.contact_name}: {change.state}{account}{reason}")
    if change.state not in {State.DONE, State.REFUSED}:
        raise typer.Exit(Status.SOME_LEFT)


def retry(
    context: typer.Context,
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="One rule only.", show_default=False)
    ] = None,
) -> None:
    """Give the contacts that were given up another four attempts."""
    _ = tools(context).installation
    number = retrying.retry(rule_named(rule) if rule else None)
    say(f"{number} contacts will be tried again.")


def _ask(command: Tools, row: Rule, *, asked_for: bool) -> None:
    if asked_for or not (command.in_is_terminal and command.out_is_terminal):
        return
    typer.confirm(f"Carry out {row.name} on {row.site} now?", abort=True)


def _show_run(row: Rule, summary: dict[str, Any], *, terminal: bool) -> None:
    latest = queries.last_run(row)
    if latest is not None:
        show_left(queries.outcomes(latest), terminal=terminal)
    show_summary(summary)
