"""What is stored and not in the file: kept, or removed when that is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from latchkey.service.configuration.differences import Alteration, Difference, Step
from latchkey.service.configuration.preparing import Prepared, PreparedRule
from latchkey.service.configuration.problems import Problem
from latchkey.store import configuration as storing
from latchkey.store import imports
from latchkey.store.models import Connection, Rule


@dataclass(frozen=True, slots=True)
class Leftover:
    """What is to be removed, what stays, and what stands against removing it."""

    connections: Sequence[Connection]
    rules: Sequence[Rule]
    kept_rules: Sequence[Rule]
    differences: Sequence[Difference]
    problems: Sequence[Problem]


def leftover(
    stored: Sequence[Connection],
    ready: Sequence[Prepared],
    stored_rules: Sequence[Rule],
    ready_rules: Sequence[PreparedRule],
    *,
    prune: bool,
) -> Leftover:
    """What the file leaves out. Connections that a rule or a site still needs are kept."""
    named = {one.row.name for one in ready_rules}
    unnamed_rules = [rule for rule in stored_rules if rule.name not in named]
    loaded = {one.row.key for one in ready}
    unnamed = [row for row in stored if row.key not in loaded]
    if not prune:
        kept = [Difference(str(row), Step.KEPT) for row in unnamed]
        kept += [Difference(f"rule.{rule.name}", Step.KEPT) for rule in unnamed_rules]
        return Leftover((), (), unnamed_rules, kept, ())
    needed: set[UUID | None] = {one.row.crm_id for one in ready_rules}
    needed |= {one.row.site_id for one in ready_rules}
    needed |= {one.row.hosts_crm_id for one in ready}
    needed |= {row.hosts_crm_id for row in unnamed if row.key in needed}
    removed = [row for row in unnamed if row.key not in needed]
    differences = [Difference(str(row), Step.KEPT) for row in unnamed if row.key in needed]
    differences += [_removed(row) for row in removed]
    differences += [Difference(f"rule.{rule.name}", Step.REMOVED) for rule in unnamed_rules]
    problems = [*_about_removing(unnamed_rules), *about_imports(removed)]
    return Leftover(removed, unnamed_rules, (), differences, problems)


def about_imports(removed: Iterable[Connection]) -> Iterator[Problem]:
    """What stands against removing these connections: imports go with them, in the middle too."""
    going = {row.pk for row in removed}
    for one in imports.at_work():
        for end in (one.rule.site, one.rule.crm) if one.rule else ():
            if end.pk in going:
                yield Problem(
                    str(end),
                    f"{one.name} ({one.file_name}) is at work with it; let it end or cancel it "
                    "first.",
                )


def _removed(row: Connection) -> Difference:
    known = storing.known_accounts(row)
    lost = (Alteration("accounts known", str(known), "0"),) if known else ()
    return Difference(str(row), Step.REMOVED, lost)


def _about_removing(unnamed: Sequence[Rule]) -> Iterator[Problem]:
    for rule in unnamed:
        if number := storing.under_way(rule):
            yield Problem(
                f"rule.{rule.name}",
                f"{number} of its contacts are half-way to their account; finish them with "
                f"`latchkey run {rule.name}` before the rule is removed.",
            )
