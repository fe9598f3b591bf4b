"""Checks of connections: reach, credential, permissions; and of the rules that use them."""

from dataclasses import dataclass

from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service.installation import Installation
from latchkey.service.rule_checks import check_rule
from latchkey.store.models import Connection

__all__ = ["Checked", "check_connection", "check_rule"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A connection with what was found about it."""

    connection: Connection
    health: Health


def check_connection(installation: Installation, connection: Connection) -> Checked:
    """What there is to say about a connection; one that cannot be reached is not usable."""
    try:
        if connection.role == Connection.Role.CRM:
            return Checked(connection, installation.connect.crm(connection).check())
        health = installation.connect.site(connection).check()
        return Checked(connection, _with_email_changes(installation, connection, health))
    except (RemoteError, KeyringError) as error:
        return Checked(connection, Health((Finding(str(error), Level.MISSING),)))


def _with_email_changes(
    installation: Installation, connection: Connection, health: Health
) -> Health:
    """The two may not both carry e-mail changes: each would undo what the other did."""
    crm = connection.hosts_crm
    if crm is None or connection.settings.get("email_changes", "off") == "off":
        return health
    if not installation.connect.crm(crm).synchronises_email():
        return health
    finding = Finding(
        "CiviCRM itself carries e-mail changes to this site (its setting syncCMSEmail).",
        Level.MISSING,
        'Write email_changes = "off", or switch syncCMSEmail off in CiviCRM.',
    )
    return Health((*health.findings, finding), health.version)
