"""`latchkey demo`: the whole job on practice data, before your eyes."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated

import typer

from latchkey.cli.naming import rule_named
from latchkey.cli.output import as_json, complain, say, show
from latchkey.cli.progress import watching
from latchkey.cli.summaries import HEADINGS, show_summary
from latchkey.cli.tools import Tools, tools
from latchkey.project.home import home
from latchkey.project.practice import API_KEY, APP_PASSWORD, USERNAME, PracticeSystems
from latchkey.project.upgrading import upgrade
from latchkey.project.wiring import installation, practice_systems
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.service.installation import Installation
from latchkey.service.provisioning import run as provisioning
from latchkey.store import configuration, queries, rules
from latchkey.store.models import Rule
from latchkey.store.queries import OutcomeRow

RULE = "members"
DEFAULT_CONTACTS = 200
DEFAULT_BRAKE = 500
# What the documents show as an example, at the practice address.
CONFIGURATION = """
[crm.main]
kind = "civicrm"
url = "{url}"
api_key = "{api_key}"

[site.www]
kind = "wordpress"
url = "{url}"
username = "{username}"
password = "{password}"
hosts_crm = "main"

[rule.members]
crm = "main"
site = "www"
groups = ["Active Members"]
username = "{{contact.first_name}}.{{contact.last_name}}"
roles = ["subscriber"]
notify = "both"
when = "at once"
review = "never"
brake = {brake}
history_group = "Website users"
afterwards = "remove"
"""
WHERE_TO_LOOK = """
Practice site      {url}/wp-login.php
                   log in as admin with the password practice
Practice CRM       {url}/civicrm/ajax/api4/Contact/get
                   with the header X-Civi-Auth: Bearer {api_key}
Practice mailbox   {url}/mailbox/
                   the mails that members were sent, with their links
In a terminal      latchkey accounts, latchkey holds, latchkey failures
"""
# The contacts that a newcomer should look at come first.
ORDER = ("failed", "held", "waiting", "refused", "updated", "linked", "already", "created")


def demo(
    context: typer.Context,
    *,
    contacts: Annotated[
        int | None,
        typer.Option(
            min=1, help=f"How many contacts to make up the first time ({DEFAULT_CONTACTS})."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End after the job.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON only.")] = False,
) -> None:
    """Do the whole job on practice systems: a CRM, a site and a mailbox of made-up people."""
    command = tools(context)
    upgrade()
    _refuse_real_home()
    _say_if_there_already(contacts)
    practice = practice_systems(contacts or DEFAULT_CONTACTS)
    ours = installation(practice, for_practice=True)
    try:
        complain("Starting the practice systems ...")
        url = practice.url()
        _do_the_job(command, ours, url, contacts or DEFAULT_CONTACTS, json=json)
        if not once:
            where = WHERE_TO_LOOK.format(url=url, api_key=API_KEY)
            (complain if json else say)(f"{where}All of this stays up until you press Ctrl-C.")
            _stay(practice)
    finally:
        ours.connect.close()


def _refuse_real_home() -> None:
    if configuration.holds_real():
        sentence = (
            "this home holds a connection to a real system, and made-up people would mix with "
            "real ones; set LATCHKEY_HOME to a new folder for the demo."
        )
        raise ConfigurationError([Problem("demo", sentence)])


def _say_if_there_already(contacts: int | None) -> None:
    if contacts is not None and (home() / "practice.sqlite3").exists():
        complain("The practice contacts of this home were made before; --contacts adds none.")


def _do_the_job(command: Tools, ours: Installation, url: str, contacts: int, *, json: bool) -> None:
    row = _rule(ours, url, contacts)
    with watching(terminal=command.errors_are_terminal) as progress:
        summary = provisioning.run_rule(ours, row, progress)
    if json:
        say(as_json(summary))
    else:
        show(_outcomes(row), HEADINGS, terminal=command.out_is_terminal)
        show_summary(summary)


def _rule(ours: Installation, url: str, contacts: int) -> Rule:
    """The rule of the demo; one that a person has changed meanwhile stays as it is."""
    if rules.find(RULE) is None:
        text = CONFIGURATION.format(
            url=url,
            api_key=API_KEY,
            username=USERNAME,
            password=APP_PASSWORD,
            brake=max(DEFAULT_BRAKE, contacts),
        )
        load(ours, text, Host({}, home()), practice=True)
    else:
        configuration.practice_is_at(url)
    return rule_named(RULE)


def _outcomes(row: Rule) -> Iterable[OutcomeRow]:
    latest = queries.last_run(row)
    if latest is None:
        return []
    place: Mapping[str, int] = {outcome: number for number, outcome in enumerate(ORDER)}
    return sorted(queries.outcomes(latest), key=lambda one: place[one.outcome])


def _stay(practice: PracticeSystems) -> None:
    with suppress(KeyboardInterrupt):
        practice.wait()
