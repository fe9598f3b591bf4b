"""`latchkey link-users` and `doctor`: accounts find their contacts, and wrong links are shown."""

from collections import Counter
from dataclasses import dataclass, fields
from typing import Annotated

import typer

from latchkey.cli.output import complain, show, write_json
from latchkey.cli.status import Status, Unknown
from latchkey.cli.tools import tools
from latchkey.policy.pairing import Pair, Pairing, UsersToContacts
from latchkey.service.configuration.problems import nearest
from latchkey.service.doctor import Ailment, Diagnosis, diagnose
from latchkey.service.linking import link_users as link
from latchkey.service.linking import preview_users
from latchkey.store import connections
from latchkey.store.models import Connection

SiteName = Annotated[str, typer.Argument(metavar="SITE", help="The site's name, such as www.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


@dataclass(frozen=True, slots=True)
class Paired:
    """What came, or would come, of an account without a link."""

    outcome: Pairing
    account_id: str
    username: str
    email: str
    contact_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Ailing:
    """A link that is wrong, and how it could be put right."""

    site: str
    ailment: Ailment
    account_id: str
    username: str
    contact_id: int | None
    reason: str
    repair: str


PAIRED = tuple(one.name for one in fields(Paired))
AILING = tuple(one.name for one in fields(Ailing))


def link_users(
    context: typer.Context,
    site: SiteName,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done; nothing is written.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Link the accounts of a site that belong to nobody with the contacts of their addresses."""
    command = tools(context)
    installation, row = command.installation, site_named(site)
    mode = UsersToContacts(row.settings.get("users_to_contacts", UsersToContacts.MATCH))
    if mode is UsersToContacts.OFF:
        raise Unknown(f'The site {site} says users_to_contacts = "off".')
    counts: Counter[Pairing] = Counter()
    reading = preview_users if dry_run else link
    found = (_counted(one, counts) for one in reading(installation, row, mode))
    if json:
        write_json(found)
    elif show(found, PAIRED, terminal=command.out_is_terminal):
        complain(", ".join(f"{number} {pairing}" for pairing, number in sorted(counts.items())))
    else:
        complain("Every account has its contact.")
    if counts[Pairing.HOLD]:
        raise typer.Exit(Status.SOME_LEFT)


def doctor(
    context: typer.Context,
    site: Annotated[
        str | None, typer.Argument(metavar="SITE", help="One site; all when left out.")
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Look for wrong links between accounts and contacts, and say how each could be put right."""
    command = tools(context)
    installation = command.installation
    rows = [site_named(site)] if site else _sites()
    counts: Counter[Ailment] = Counter()
    found = (_ailing(row, one, counts) for row in rows for one in diagnose(installation, row))
    if json:
        write_json(found)
    elif not show(found, AILING, terminal=command.out_is_terminal):
        complain("Every link is right.")
    if counts:
        raise typer.Exit(Status.SOME_LEFT)


def site_named(name: str) -> Connection:
    """The site, also when written `site.NAME`. Raises Unknown."""
    row = connections.find(Connection.Role.SITE, name.removeprefix("site."))
    if row is None:
        raise Unknown(f"There is no site {name!r}; {nearest(name, [one.name for one in _sites()])}")
    return row


def _sites() -> list[Connection]:
    return [row for row in connections.every() if row.role == Connection.Role.SITE]


def _counted(one: Pair, counts: Counter[Pairing]) -> Paired:
    counts[one.pairing] += 1
    account = one.account
    return Paired(
        one.pairing, account.id, account.username, account.email, one.contact_id, one.sentence
    )


def _ailing(row: Connection, one: Diagnosis, counts: Counter[Ailment]) -> Ailing:
    counts[one.ailment] += 1
    return Ailing(
        row.name,
        one.ailment,
        one.account_id,
        one.username,
        one.contact_id,
        one.sentence,
        one.repair,
    )
