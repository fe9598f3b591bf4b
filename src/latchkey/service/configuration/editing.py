"""One table at a time, as a browser changes it: checked as the file is, and written down by whom.

References to the host (`env:`, `file:`) and settings that only the host may give are not taken
from here: what is stored of them stays.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from latchkey.crm.contract import Trigger
from latchkey.policy.rules import Afterwards
from latchkey.service.configuration.credentials import STORED, Host
from latchkey.service.configuration.crosschecks import crosscheck
from latchkey.service.configuration.differences import Difference, Step
from latchkey.service.configuration.document import Document, read_crm, read_rule, read_site
from latchkey.service.configuration.loading import about_practice, known_besides
from latchkey.service.configuration.preparing import (
    CRM_SECRETS,
    Prepared,
    PreparedRule,
    Preparing,
    ends_of,
    prepare_rule,
)
from latchkey.service.configuration.problems import ConfigurationError, Problem, refuse_if_any
from latchkey.service.configuration.pruning import about_imports
from latchkey.service.configuration.schema import CrmTable, RuleTable, SiteTable
from latchkey.service.configuration.shapes import as_written
from latchkey.service.installation import Installation
from latchkey.service.rule_checks import cannot_be_emptied
from latchkey.sites.contract import Setting
from latchkey.sites.registry import KINDS
from latchkey.store import configuration as storing
from latchkey.store import connections, rules, settings_log
from latchkey.store.models import Connection, Rule

Raw = dict[str, Any]
_FROM_HOST = ("env:", "file:")


def save_connection(
    installation: Installation, role: Connection.Role, name: str, given: Mapping[str, Any], by: str
) -> Connection:
    """Store a connection. ConfigurationError names all that is wrong; then nothing is stored.

    A credential that is empty keeps the one that is stored.
    """
    before = connections.find(role, name)
    raw = _with_what_stays(role, dict(given), before)
    where = f"{role}.{name}"
    refuse_if_any(list(_references(where, raw, before)))
    document, table = _document(role, name, raw)
    stored = connections.every()
    preparing = Preparing(stored, installation.keyring, Host({}, Path()), practice=False)
    hosts = _hosts(table, stored)
    prepared = preparing.connection(role, name, table, hosts)
    problems = [*crosscheck(document, known_besides(document, stored)), *preparing.problems]
    if prepared is not None:
        problems += _about_hosting(where, prepared, stored)
        problems += about_practice([prepared], practice=False)
    refuse_if_any(problems)
    return _store_connection(prepared, by)


def save_rule(
    name: str, given: Mapping[str, Any], by: str, triggers: Iterable[Trigger] = ()
) -> Rule:
    """Store a rule. ConfigurationError names all that is wrong; then nothing is stored.

    `triggers` are the CRM's groups as a form has shown them: those that cannot be emptied are
    refused where the rule removes from its triggers. A new rule comes last.
    """
    before = rules.find(name)
    where = f"rule.{name}"
    table = read_rule(where, dict(given))
    stored = connections.every()
    document = Document({}, {}, {name: table})
    problems = [*crosscheck(document, known_besides(document, stored))]
    problems += _about_emptying(where, table, triggers)
    refuse_if_any(problems)
    ends = ends_of(table, {(row.role, row.name): row for row in stored})
    if ends is None:
        raise ConfigurationError([Problem(where, "its CRM or its site is not there any more.")])
    position = before.position if before else _last_position() + 1
    return _store_rule(prepare_rule(name, position, table, ends, before), by)


def switch(rule: Rule, by: str, *, on: bool) -> None:
    """Switch a rule on or off."""
    if rule.enabled is on:
        return
    Rule.objects.filter(pk=rule.pk).update(enabled=on)
    rule.enabled = on
    words = {True: "on", False: "off"}
    settings_log.write(by, f"rule.{rule.name}", words[not on], words[on])


def move(rule: Rule, by: str, *, up: bool) -> bool:
    """Change places with the neighbour among the rules of its site; False at the end."""
    with transaction.atomic():
        siblings = [row for row in rules.every() if row.site_id == rule.site_id]
        place = next(n for n, row in enumerate(siblings) if row.pk == rule.pk)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(siblings):
            return False
        siblings[place], siblings[other] = siblings[other], siblings[place]
        positions = sorted(row.position for row in siblings)
        if len(set(positions)) < len(positions):
            positions = list(range(1, len(siblings) + 1))
        for row, position in zip(siblings, positions, strict=True):
            Rule.objects.filter(pk=row.pk).update(position=position)
        settings_log.write(by, f"rule.{rule.name} order", str(place + 1), str(other + 1))
    return True


def remove_rule(rule: Rule, by: str) -> None:
    """Delete a rule with its history. ConfigurationError while a contact is half-way."""
    if number := storing.under_way(rule):
        sentence = f"{number} of its contacts are half-way to their account; let them finish first."
        raise ConfigurationError([Problem(f"rule.{rule.name}", sentence)])
    with transaction.atomic():
        storing.remove_rules([rule])
        settings_log.write(by, f"rule.{rule.name}", "stored", "removed")


def remove_connection(connection: Connection, by: str) -> None:
    """Delete a connection that nothing uses. ConfigurationError says what still does."""
    users = [f"rule {row.name}" for row in rules.every() if _uses(row, connection)]
    users += [
        f"site {row.name}" for row in connections.every() if row.hosts_crm_id == connection.pk
    ]
    if users:
        sentence = f"it is used by {', '.join(users)}; change or remove that first."
        raise ConfigurationError([Problem(str(connection), sentence)])
    refuse_if_any(list(about_imports([connection])))
    with transaction.atomic():
        storing.remove_connections([connection])
        settings_log.write(by, str(connection), "stored", "removed")


def only_from_host(kind: str) -> tuple[Setting, ...]:
    """The settings of a kind of site that a browser shows and never changes."""
    return tuple(setting for setting in KINDS[kind].settings if setting.host_only)


def _with_what_stays(role: Connection.Role, raw: Raw, before: Connection | None) -> Raw:
    """Empty credentials as "stored", and what only the host may give as it is stored."""
    kind = str(raw.get("kind", ""))
    if role == Connection.Role.CRM:
        secret: tuple[str, ...] = CRM_SECRETS
        from_host: tuple[Setting, ...] = ()
    else:
        settings = KINDS[kind].settings if kind in KINDS else ()
        secret = tuple(setting.name for setting in settings if setting.secret)
        from_host = tuple(setting for setting in settings if setting.host_only)
    for name in secret:
        if not raw.get(name):
            raw.pop(name, None)
            if before is not None and name in before.sealed:
                raw[name] = STORED
    for setting in from_host:
        raw.pop(setting.name, None)
        if before is not None and setting.name in before.settings:
            raw |= as_written({setting.name: before.settings[setting.name]}, from_host)
        if setting.secret and before is not None and setting.name in before.sealed:
            raw[setting.name] = STORED
    return raw


def _references(where: str, raw: Raw, before: Connection | None) -> Iterable[Problem]:
    kept = set(before.settings.values()) if before else set()
    for name, value in raw.items():
        if isinstance(value, str) and value.startswith(_FROM_HOST) and value not in kept:
            yield Problem(
                f"{where}.{name}",
                "env: and file: lead into the server, so they are taken from its configuration "
                "file only; type the credential itself.",
            )


def _document(role: Connection.Role, name: str, raw: Raw) -> tuple[Document, CrmTable | SiteTable]:
    if role == Connection.Role.CRM:
        crm = read_crm(f"crm.{name}", raw)
        return Document({name: crm}, {}, {}), crm
    site = read_site(f"site.{name}", raw)
    return Document({}, {name: site}, {}), site


def _hosts(table: CrmTable | SiteTable, stored: Iterable[Connection]) -> Connection | None:
    if isinstance(table, CrmTable) or table.hosts_crm is None:
        return None
    crms = {row.name: row for row in stored if row.role == Connection.Role.CRM}
    return crms.get(table.hosts_crm)


def _about_hosting(
    where: str, prepared: Prepared, stored: Iterable[Connection]
) -> Iterable[Problem]:
    crm = prepared.row.hosts_crm_id
    others = [row.name for row in stored if row.hosts_crm_id == crm and row.pk != prepared.row.pk]
    if crm is not None and others:
        yield Problem(
            f"{where}.hosts_crm",
            f"{others[0]} hosts this CRM already; a CRM runs in one site.",
        )


def _about_emptying(where: str, table: RuleTable, triggers: Iterable[Trigger]) -> Iterable[Problem]:
    if table.afterwards is not Afterwards.REMOVE:
        return
    watched = set(table.groups)
    for trigger in triggers:
        if {trigger.name, trigger.title} & watched and not trigger.can_be_emptied:
            yield Problem(f"{where}.afterwards", cannot_be_emptied(trigger))


def _last_position() -> int:
    return max((row.position for row in rules.every()), default=0)


def _uses(rule: Rule, connection: Connection) -> bool:
    return connection.pk in {rule.crm_id, rule.site_id}


def _store_connection(prepared: Prepared | None, by: str) -> Connection:
    if prepared is None:
        raise AssertionError("a connection without a row has problems")
    with transaction.atomic():
        storing.store([(prepared.row, prepared.difference.step is Step.CHANGED)], [])
        _write_down(prepared.difference, by)
    return Connection.objects.get(pk=prepared.row.pk)


def _store_rule(prepared: PreparedRule, by: str) -> Rule:
    with transaction.atomic():
        storing.store([], [(prepared.row, prepared.difference.step is Step.CHANGED)])
        _write_down(prepared.difference, by)
    return Rule.objects.select_related("crm", "site__hosts_crm").get(name=prepared.row.name)


def _write_down(difference: Difference, by: str) -> None:
    """Who changed what; a difference never holds a credential."""
    if difference.step is Step.ADDED:
        settings_log.write(by, difference.where, "", "added")
    for one in difference.alterations:
        settings_log.write(by, f"{difference.where}.{one.key}", one.before, one.after)
