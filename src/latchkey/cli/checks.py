"""`latchkey check`: what can be reached, what lacks, and what to do about it."""

from collections.abc import Sequence
from typing import Annotated

import typer

from latchkey.cli.naming import connections_named
from latchkey.cli.output import complain, say
from latchkey.cli.status import Status
from latchkey.cli.tools import tools
from latchkey.policy.health import Finding, Level
from latchkey.service.checking import Checked, check_connection, check_rule
from latchkey.service.installation import Installation
from latchkey.store import connections, rules
from latchkey.store.models import Connection, Rule

MARKS = {
    Level.OK: "ok",
    Level.WARNING: "warning",
    Level.MISSING: "missing",
    Level.UNKNOWN: "unknown",
}


def check(
    context: typer.Context,
    connection: Annotated[
        str | None,
        typer.Argument(help="One connection, such as crm.main; all when left out."),
    ] = None,
) -> None:
    """Look at connections and their rules: reach, credential, permissions, groups, roles."""
    installation = tools(context).installation
    rows = connections_named(connection) if connection else connections.every()
    if not rows:
        complain("There is no connection yet; load one with `latchkey config load FILE`.")
        return
    usable = [_connection(check_connection(installation, row)) for row in rows]
    sound = [_rule(installation, rule) for rule in _rules(rows)] if all(usable) else []
    if not all(usable):
        raise typer.Exit(Status.UNUSABLE)
    if not all(sound):
        raise typer.Exit(Status.CONFIGURATION)


def _rules(rows: Sequence[Connection]) -> list[Rule]:
    keys = {row.key for row in rows}
    return [rule for rule in rules.every(enabled=True) if keys & {rule.crm_id, rule.site_id}]


def _connection(checked: Checked) -> bool:
    version = f" ({checked.health.version})" if checked.health.version else ""
    say(f"{checked.connection} at {checked.connection.url}{version}")
    _show(checked.health.findings)
    if checked.connection.paused_reason:
        say(f"  paused   {checked.connection.paused_reason}")
    return checked.health.usable


def _rule(installation: Installation, rule: Rule) -> bool:
    findings = check_rule(installation, rule)
    say(f"rule.{rule.name}")
    _show(findings)
    if rule.stopped_reason:
        say(f"  stopped  {rule.stopped_reason}")
    return all(finding.level is not Level.MISSING for finding in findings)


def _show(findings: Sequence[Finding]) -> None:
    for finding in findings:
        remedy = f" {finding.remedy}" if finding.remedy else ""
        say(f"  {MARKS[finding.level]:<8} {finding.what}{remedy}")
