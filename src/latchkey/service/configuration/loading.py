"""Loading a configuration file: read, check everything, compare, and store all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.crosschecks import Known, crosscheck
from latchkey.service.configuration.differences import Difference, Step
from latchkey.service.configuration.document import Document, parse
from latchkey.service.configuration.preparing import (
    Prepared,
    PreparedRule,
    Preparing,
    ends_of,
    prepare_rule,
)
from latchkey.service.configuration.problems import Problem, refuse_if_any
from latchkey.service.configuration.pruning import Leftover, leftover
from latchkey.service.installation import Installation
from latchkey.service.rule_checks import RuleChecks
from latchkey.store import configuration as storing
from latchkey.store import connections, rules
from latchkey.store.models import Connection


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was stored, table by table, and what a person should know besides."""

    differences: Sequence[Difference]
    warnings: Sequence[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that is to be stored."""

    connections: Sequence[Prepared]
    rules: Sequence[PreparedRule]
    left: Leftover


def load(
    installation: Installation,
    text: str,
    host: Host,
    *,
    prune: bool = False,
    practice: bool = False,
) -> Loaded:
    """Store what the file says. ConfigurationError names all that is wrong; then nothing is stored.

    `prune` removes what is not in the file; `practice` marks the connections as the demo's own.
    """
    document = parse(text)
    draft = _draft(installation, document, host, prune=prune, practice=practice)
    checks = RuleChecks(installation)
    refuse_if_any(
        [
            Problem(f"rule.{rule.row.name}.{refusal.key}", refusal.sentence)
            for rule in draft.rules
            if rule.row.enabled
            for refusal in checks.refusals(rule.row)
        ]
    )
    _store(draft)
    return Loaded(_differences(draft), _warnings(draft, checks))


def _draft(
    installation: Installation, document: Document, host: Host, *, prune: bool, practice: bool
) -> Draft:
    stored = connections.every()
    problems = list(crosscheck(document, known_besides(document, stored)))
    preparing = Preparing(stored, installation.keyring, host, practice=practice)
    ready = _connections(preparing, document, stored)
    problems += preparing.problems
    problems += about_practice(ready, practice=practice)
    refuse_if_any(problems)
    prepared_rules = _rules(document, stored, ready)
    left = leftover(stored, ready, rules.every(), prepared_rules, prune=prune)
    refuse_if_any(left.problems)
    return Draft(ready, prepared_rules, left)


def known_besides(document: Document, stored: Sequence[Connection]) -> Known:
    """What the tables of a document may name."""
    crms = {row.name for row in stored if row.role == Connection.Role.CRM}
    kinds = {row.name: row.kind for row in stored if row.role == Connection.Role.SITE}
    kinds |= {name: site.kind for name, site in document.sites.items()}
    return Known(frozenset(crms | document.crms.keys()), kinds)


def _connections(
    preparing: Preparing, document: Document, stored: Sequence[Connection]
) -> list[Prepared]:
    ready: list[Prepared] = []
    crms = {row.name: row for row in stored if row.role == Connection.Role.CRM}
    for name, crm in document.crms.items():
        if one := preparing.connection(Connection.Role.CRM, name, crm, None):
            ready.append(one)
            crms[name] = one.row
    for name, site in document.sites.items():
        hosts = crms.get(site.hosts_crm) if site.hosts_crm else None
        if one := preparing.connection(Connection.Role.SITE, name, site, hosts):
            ready.append(one)
    return ready


def _rules(
    document: Document, stored: Sequence[Connection], ready: Sequence[Prepared]
) -> list[PreparedRule]:
    by_name: dict[tuple[str, str], Connection] = {(row.role, row.name): row for row in stored}
    by_name |= {(one.row.role, one.row.name): one.row for one in ready}
    return [
        prepare_rule(name, position, table, ends, rules.find(name))
        for position, (name, table) in enumerate(document.rules.items(), start=1)
        if (ends := ends_of(table, by_name)) is not None
    ]


def about_practice(ready: Sequence[Prepared], *, practice: bool) -> list[Problem]:
    """Practice and real systems may not meet in one home."""
    if practice and storing.holds_real():
        return [
            Problem(
                "demo",
                "this home holds a connection to a real system, and practice data would mix with "
                "it; set LATCHKEY_HOME to a new folder for the demo.",
            )
        ]
    if practice or not storing.holds_practice():
        return []
    return [
        Problem(
            one.difference.where,
            "this home holds the practice systems of the demo, and real people would mix with "
            "them; set LATCHKEY_HOME to a new folder for real connections.",
        )
        for one in ready
        if not one.row.practice
    ]


def _store(draft: Draft) -> None:
    with transaction.atomic():
        storing.remove_rules(draft.left.rules)
        storing.store(
            [(one.row, _differs(one.difference)) for one in draft.connections],
            [(one.row, _differs(one.difference)) for one in draft.rules],
        )
        storing.remove_connections(draft.left.connections)
        storing.put_behind(draft.left.kept_rules, len(draft.rules))


def _differs(difference: Difference) -> bool:
    return difference.step is Step.CHANGED


def _differences(draft: Draft) -> list[Difference]:
    loaded = [one.difference for one in draft.connections]
    return [*loaded, *(one.difference for one in draft.rules), *draft.left.differences]


def _warnings(draft: Draft, checks: RuleChecks) -> list[str]:
    return [
        f"rule.{rule.row.name}: {finding.what} {finding.remedy}".strip()
        for rule in draft.rules
        if rule.row.enabled
        for finding in checks.complaints(rule.row)
    ]
