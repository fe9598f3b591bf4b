"""`latchkey preview`, `run`, `provision`, `retry` and `reset-passwords`: work that is asked for."""

from typing import Annotated

import typer

from latchkey.cli.naming import rule_named
from latchkey.cli.output import as_json, complain, counted, say, show, write_json
from latchkey.cli.progress import StepsProgress, watching
from latchkey.cli.status import Status
from latchkey.cli.summaries import (
    Summary,
    say_how_to_release,
    show_left,
    show_summary,
    some_left,
)
from latchkey.cli.tools import tools
from latchkey.service import resetting, retrying
from latchkey.service.provisioning import run as provisioning
from latchkey.store import plan_lists, queries
from latchkey.store.models import Change, Rule, State

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.")]
Yes = Annotated[
    bool, typer.Option("--yes", help="Do not ask before it begins; brakes hold all the same.")
]
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
    yes: Yes = False,
) -> None:
    """Carry the rule out: one attempt at each contact, then say what came of them."""
    command = tools(context)
    installation = command.installation
    row = rule_named(rule)
    command.ask(f"Carry out {row.name} on {row.site} now?", answered=yes or json)
    with watching(terminal=command.errors_are_terminal) as progress:
        summary = provisioning.run_rule(installation, row, progress)
    _show(row, summary, json=json, terminal=command.out_is_terminal)


def provision(
    context: typer.Context,
    rule: RuleName,
    contact_id: Annotated[int, typer.Argument(metavar="CONTACT_ID", help="The CRM's own id.")],
) -> None:
    """Give one contact an account now, and show each step."""
    command = tools(context)
    change = provisioning.provision(
        command.installation, rule_named(rule), contact_id, StepsProgress(), command.by
    )
    reason = f": {change.reason.sentence}" if change.reason else ""
    username = change.details.get("username") or change.intended_username
    account = f", account {username} ({change.account_id})" if change.account_id else ""
    say(f"contact {contact_id} {change.contact_name}: {change.state}{account}{reason}")
    if change.state != State.DONE:
        complain(_what_to_do(change))
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
    say(f"{counted(number, 'contact')} will be tried again.")


def reset_passwords(
    context: typer.Context, rule: RuleName, *, json: AsJson = False, yes: Yes = False
) -> None:
    """Have the site mail everybody in the rule's reset group or tag, now."""
    command = tools(context)
    installation = command.installation
    row = rule_named(rule)
    question = f"Have {row.site} mail everybody who is to reset a password by {row.name}?"
    command.ask(question, answered=yes or json)
    with watching(terminal=command.errors_are_terminal) as progress:
        summary = resetting.reset_passwords(installation, row, progress)
    _show(row, summary, json=json, terminal=command.out_is_terminal)


def _what_to_do(change: Change) -> str:
    """How somebody who got nothing, or not all, may come to it."""
    match State(change.state):
        case State.HELD:
            return "`latchkey holds` lists it; a person decides about it in the browser."
        case State.REFUSED | State.IGNORED:
            return "It is decided again when the contact or the rule changes."
        case State.GIVEN_UP:
            return f"`latchkey retry {change.rule.name}` gives it four attempts more."
        case _:
            return f"A worker goes on with it, and so does `latchkey run {change.rule.name}`."


def _show(row: Rule, summary: Summary, *, json: bool, terminal: bool) -> None:
    latest = queries.last_run(row)
    if json:
        say(as_json(summary))
    elif latest is not None:
        show_left(queries.outcomes(latest), terminal=terminal)
        show_summary(summary)
    say_how_to_release(plan for plan in plan_lists.waiting() if plan.rule == row.name)
    if some_left(summary):
        raise typer.Exit(Status.SOME_LEFT)
