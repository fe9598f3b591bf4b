"""Storing what a configuration file says, all of it or nothing."""

from collections.abc import Iterable

from latchkey.store import connections as kept
from latchkey.store import imports
from latchkey.store import rules as kept_rules
from latchkey.store.models import MID_FLIGHT, Account, Change, Connection, Rule

_OF_CONNECTION = (
    "role",
    "name",
    "kind",
    "url",
    "settings",
    "sealed",
    "references",
    "connections",
    "allow_http",
    "hosts_crm",
    "practice",
    "mails_per_minute",
)
_OF_RULE = ("position", "crm", "site", "enabled", "definition", "version")
# What the time of a rule's next run follows from.
_SCHEDULE = ("when", "timezone")


def under_way(rule: Rule) -> int:
    """How many changes of the rule are between their account and their end."""
    return Change.objects.filter(rule=rule, is_open=True, state__in=MID_FLIGHT).count()


def known_accounts(connection: Connection) -> int:
    """How many accounts of the connection Latchkey knows, with their links."""
    return Account.objects.filter(site=connection).count()


def holds_practice() -> bool:
    """Whether a connection to the practice systems is stored."""
    return Connection.objects.filter(practice=True).exists()


def holds_real() -> bool:
    """Whether a connection to anything but the practice systems is stored."""
    return Connection.objects.filter(practice=False).exclude(kind=kept.FILE).exists()


def practice_is_at(crm: str, site: str) -> None:
    """Write down where the practice systems are now."""
    for role, url in {Connection.Role.CRM: crm, Connection.Role.SITE: site}.items():
        Connection.objects.filter(practice=True, role=role).update(url=url)


def practice_kind() -> str | None:
    """The kind of the practice site that is stored, None without one."""
    sites = Connection.objects.filter(practice=True, role=Connection.Role.SITE)
    return sites.values_list("kind", flat=True).first()


def store(
    connections: Iterable[tuple[Connection, bool]], rules: Iterable[tuple[Rule, bool]]
) -> None:
    """Write the rows down; with each comes whether it differs from what is stored.

    What differs is taken up again: a pause or a stop was about what it said before. CRMs come
    before the sites that host them. Call it within a transaction.
    """
    for connection, differs in connections:
        given = {name: getattr(connection, name) for name in _OF_CONNECTION}
        Connection.objects.update_or_create(pk=connection.pk, defaults=given)
        if differs:
            kept.unpause(connection)
    for rule, differs in rules:
        given = {name: getattr(rule, name) for name in _OF_RULE}
        if _has_another_schedule(rule):
            given["next_run_at"] = None
        row, _ = Rule.objects.update_or_create(name=rule.name, defaults=given)
        if differs:
            kept_rules.restart(row)


def _has_another_schedule(rule: Rule) -> bool:
    """Whether its next run was worked out from what it says no more."""
    before = Rule.objects.filter(name=rule.name).values_list("definition", flat=True).first()
    return before is not None and any(
        before.get(name) != rule.definition.get(name) for name in _SCHEDULE
    )


def put_behind(rules: Iterable[Rule], position: int) -> None:
    """Give these rules, in their order, the positions after this one."""
    for place, rule in enumerate(rules, start=position + 1):
        Rule.objects.filter(pk=rule.pk).update(position=place)


def remove_rules(rules: Iterable[Rule]) -> None:
    """Delete the rules with their changes, runs and attempts."""
    for rule in rules:
        rule.delete()


def remove_connections(connections: Iterable[Connection]) -> None:
    """Delete connections that no rule uses: sites before the CRMs they host."""
    for connection in sorted(connections, key=lambda one: one.role == Connection.Role.CRM):
        imports.remove_those_of(connection)
        connection.delete()
