"""Decides what is to become of every row, and shows it before anything is done."""

from latchkey.policy.brakes import Brake
from latchkey.policy.reasons import Why
from latchkey.remote.errors import Missing
from latchkey.service.importing.naming import name_contacts
from latchkey.service.importing.shaping import OPEN, ImportRefusedError
from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import Assignment, RuleError, dry, open_assignment
from latchkey.service.provisioning.planning import plan_page
from latchkey.service.provisioning.progress import Progress
from latchkey.service.provisioning.reading import pages
from latchkey.store import episodes, import_plans, imports, plans, runs
from latchkey.store.models import Import, Plan, Rule


def ask_for_plan(one: Import) -> None:
    """Have a worker decide about every row. ImportRefusedError when it has begun already."""
    if one.rule is None:
        raise ImportRefusedError("Say first what the import gives, and to which site.")
    if not imports.move(one, OPEN, Import.State.PLANNING, problem=""):
        raise ImportRefusedError(f"This import is {one.state}.")


def plan_import(installation: Installation, one: Import, progress: Progress) -> Plan:
    """Decide about every row, reading only; the plan waits for `confirm`.

    Who does not ask for a plan before keeps workers from making another one beside this. Done
    again it decides anew. ImportRefusedError when it has begun already, RuleError when the site
    does not allow what is asked for (the import says so then), UnavailableError when an end
    cannot be reached.
    """
    rule = rule_of(one)
    if one.state not in OPEN:
        raise ImportRefusedError(f"This import is {one.state}.")
    try:
        work = dry(open_assignment(installation, rule))
    except (RuleError, Missing) as error:
        imports.move(one, OPEN, Import.State.UPLOADED, problem=str(error))
        raise RuleError(str(error)) from error
    imports.forget_decisions(rule)
    progress.stage("reading the file")
    name_contacts(installation.keyring, one)
    written = _decide(work, progress)
    imports.settle_plan(one, OPEN, written, Why.GONE_FROM_CRM)
    return written


def brake_on(one: Import) -> Brake | None:
    """What makes the import more than an operator may start: too many new accounts."""
    written = import_plans.plan_of(rule_of(one))
    if written is None:
        return None
    limit = int(rule_of(one).definition["brake"])
    number = plans.creations(written)
    return Brake("plan", limit, number) if number > limit else None


def rule_of(one: Import) -> Rule:
    """The rule of an import that was shaped. ImportRefusedError before."""
    if one.rule is None:
        raise ImportRefusedError("Say first what the import gives, and to which site.")
    return one.rule


def _decide(work: Assignment, progress: Progress) -> Plan:
    run = runs.begin(work.row)
    written = plans.begin(run)
    seen = 0
    for page in pages(work):
        seen += len(page)
        rows = episodes.notice(work.row, [contact.id for contact in page], run)
        plan_page(work, page, rows, written)
        import_plans.take_in(written, rows)
        progress.stage(f"{seen} rows looked at")
    return written
