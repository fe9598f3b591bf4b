"""`latchkey demo`: the whole job on practice data, before your eyes."""

import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from shutil import which
from typing import Annotated

import typer

from latchkey.cli.naming import rule_named
from latchkey.cli.output import as_json, complain, say, show
from latchkey.cli.progress import watching
from latchkey.cli.summaries import HEADINGS, show_summary
from latchkey.cli.tools import Tools, tools
from latchkey.project import example
from latchkey.project.example import RULE
from latchkey.project.home import home
from latchkey.project.practice import API_KEY, WORDPRESS, PracticeSystems
from latchkey.project.upgrading import upgrade
from latchkey.project.wiring import installation, practice_systems
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.service.installation import Installation
from latchkey.service.provisioning import run as provisioning
from latchkey.sites.registry import KINDS
from latchkey.store import configuration, queries, rules
from latchkey.store.models import Rule
from latchkey.store.queries import OutcomeRow

DEFAULT_CONTACTS = 200
WHERE_TO_LOOK = """
Practice site      {site}
                   log in as admin with the password practice
Practice CRM       {url}/civicrm/practice
                   its API wants the header X-Civi-Auth: Bearer {api_key}
Practice mailbox   {url}/mailbox/
                   the mails that members were sent, with their links
In a browser       {latchkey} serve
                   in another terminal, says the address of Latchkey's own pages
In a terminal      {latchkey} accounts
                   and in its place holds, failures, or --help
"""
LOGIN = {WORDPRESS: "/wp-login.php"}
# Kinds of site that no practice system plays.
NOT_PLAYED = {"scim": "the tests try SCIM with a service that others wrote"}
PLAYED = tuple(kind for kind in KINDS if kind not in NOT_PLAYED)
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
    site: Annotated[
        str | None,
        typer.Option(help=f"The kind of site ({WORDPRESS}): {', '.join(PLAYED)}."),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End after the job.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON only.")] = False,
) -> None:
    """Do the whole job on practice systems: a CRM, a site and a mailbox of made-up people."""
    command = tools(context)
    upgrade()
    _refuse_real_home()
    _refuse_kind(site)
    _say_if_there_already(contacts)
    practice = practice_systems(contacts or DEFAULT_CONTACTS, site)
    ours = installation(practice, for_practice=True)
    try:
        complain("Starting the practice systems ...")
        _do_the_job(command, ours, practice, contacts or DEFAULT_CONTACTS, json=json)
        if not once:
            at_site = practice.site().url + LOGIN.get(practice.kind, "/")
            where = WHERE_TO_LOOK.format(
                site=at_site, url=practice.url(), api_key=API_KEY, latchkey=_program()
            )
            where += "All of this stays up until you press Ctrl-C."
            with suppress(KeyboardInterrupt):
                (complain if json else say)(where)
                practice.wait()
    finally:
        ours.connect.close()


def _refuse_real_home() -> None:
    if configuration.holds_real():
        sentence = (
            "this home holds a connection to a real system, and made-up people would mix with "
            "real ones; set LATCHKEY_HOME to a new folder for the demo."
        )
        raise ConfigurationError([Problem("demo", sentence)])


def _refuse_kind(site: str | None) -> None:
    """ConfigurationError for a kind that cannot be played, or not in this home."""
    before = configuration.practice_kind()
    sentence = ""
    if site in NOT_PLAYED:
        sentence = f"there is no practice site of kind {site}: {NOT_PLAYED[site]}."
    elif site is not None and site not in KINDS:
        sentence = f"{site} is no kind of site; there are {', '.join(PLAYED)}."
    elif site and before and site != before:
        sentence = (
            f"the practice site of this home is of kind {before}; set LATCHKEY_HOME to a new "
            f"folder for one of kind {site}."
        )
    if sentence:
        raise ConfigurationError([Problem("demo --site", sentence)])


def _say_if_there_already(contacts: int | None) -> None:
    if contacts is not None and (home() / "practice.sqlite3").exists():
        complain("The practice contacts of this home were made before; --contacts adds none.")


def _do_the_job(
    command: Tools, ours: Installation, practice: PracticeSystems, contacts: int, *, json: bool
) -> None:
    row = _rule(ours, practice, contacts)
    with watching(terminal=command.errors_are_terminal) as progress:
        summary = provisioning.run_rule(ours, row, progress)
    if json:
        say(as_json(summary))
    else:
        show(_outcomes(row), HEADINGS, terminal=command.out_is_terminal)
        show_summary(summary)


def _rule(ours: Installation, practice: PracticeSystems, contacts: int) -> Rule:
    """The rule of the demo; one that a person has changed meanwhile stays as it is."""
    # The CRM first: it is what the people of a site beside it are made up from.
    crm, site = practice.url(), practice.site().url
    if rules.find(RULE) is None:
        load(ours, example.configuration(practice, contacts), Host({}, home()), practice=True)
    else:
        configuration.practice_is_at(crm, site)
    return rule_named(RULE)


def _outcomes(row: Rule) -> Iterable[OutcomeRow]:
    latest = queries.last_run(row)
    if latest is None:
        return []
    place: Mapping[str, int] = {outcome: number for number, outcome in enumerate(ORDER)}
    return sorted(queries.outcomes(latest), key=lambda one: place[one.outcome])


def _program() -> str:
    """How the reader can call us: after `make demo`, `latchkey` is not in the PATH."""
    beside = Path(sys.executable).with_name("latchkey")
    return "latchkey" if which("latchkey") or not beside.exists() else str(beside)
