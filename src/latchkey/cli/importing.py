"""`latchkey import`: accounts from a file of people."""

from pathlib import Path
from typing import Annotated

import typer

from latchkey.cli.import_steps import (
    BY,
    Asked,
    accounts_like,
    ask,
    carry,
    check_result,
    planned,
    resumed,
    sentenced,
    show_and_forget,
    show_import,
)
from latchkey.cli.status import Status
from latchkey.cli.summaries import some_left
from latchkey.cli.tools import tools
from latchkey.service.importing import running
from latchkey.service.importing.shaping import DEFAULT_USERNAME
from latchkey.service.importing.trying import MOST_PEOPLE

Option = typer.Option
File = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="CSV, .xlsx or .ods.", show_default=False)
]
Site = Annotated[str, Option("--site", metavar="SITE", help="The site that gets the accounts.")]
Crm = Annotated[
    str | None,
    Option("--crm", metavar="CRM", help="Link the rows to its contacts, by their Contact ID."),
]
Columns = Annotated[
    list[str] | None, Option("--map", metavar="WHAT=HEADING", help="A column by hand: email=Mail.")
]
Username = Annotated[
    str, Option("--username", metavar="PATTERN", help="Tokens, also {column.Heading}.")
]
Roles = Annotated[list[str] | None, Option("--role", metavar="ROLE", help="May be repeated.")]
Fields = Annotated[
    list[str] | None, Option("--field", metavar="NAME=PATTERN", help="May be repeated.")
]
Notify = Annotated[str, Option("--notify", metavar="WHOSE", help="off, site, latchkey or both.")]
PerMinute = Annotated[
    int | None, Option("--per-minute", metavar="N", help="Accounts, and so mails, a minute.")
]
Test = Annotated[
    int | None,
    Option(
        "--test", metavar="N", min=1, max=MOST_PEOPLE, help="Try it on the first N people only."
    ),
]
TestAddress = Annotated[
    str,
    Option("--test-address", metavar="ADDRESS", help="Your mailbox, for all mails of a test."),
]
Encoding = Annotated[str, Option("--encoding", help="Where it is not found by itself.")]
Resume = Annotated[int | None, Option("--resume", metavar="IMPORT", help="Go on with this import.")]
Result = Annotated[
    Path | None, Option("--result", metavar="FILE", help="Write a line for each row as CSV.")
]
NoHeadings = Annotated[bool, Option("--no-headings", help="The first line is a person already.")]
DryRun = Annotated[bool, Option("--dry-run", help="Show what would happen; keep nothing.")]
Yes = Annotated[bool, Option("--yes", help="Do not ask before it begins.")]
AsJson = Annotated[bool, Option("--json", help="Print JSON and nothing else.")]


def import_file(
    context: typer.Context,
    file: File = None,
    *,
    site: Site = "",
    crm: Crm = None,
    column: Columns = None,
    username: Username = DEFAULT_USERNAME,
    role: Roles = None,
    field: Fields = None,
    notify: Notify = "off",
    per_minute: PerMinute = None,
    test: Test = None,
    test_address: TestAddress = "",
    encoding: Encoding = "",
    resume: Resume = None,
    result: Result = None,
    no_headings: NoHeadings = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Make accounts from a file, and say of each row what became of it."""
    command = tools(context).opened()
    given = accounts_like(username, role or (), field or (), notify, per_minute)
    columns, headings = tuple(column or ()), not no_headings
    asked = Asked(file, site, crm, columns, given, encoding, headings, test, test_address)
    check_result(result, file)
    with sentenced():
        one = planned(command, asked) if resume is None else resumed(resume, context)
        if dry_run:
            show_and_forget(command, one, json=json, result=result)
            return
        if resume is None:
            ask(command, one, asked_for=yes or json)
            running.confirm(one, BY)
        carry(command, one)
    show_import(command, one, json=json, result=result)
    if some_left(running.summary(one)):
        raise typer.Exit(Status.SOME_LEFT)
