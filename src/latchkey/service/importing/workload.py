"""What a worker has to do for imports, besides carrying their changes."""

from collections.abc import Callable, Mapping, Sequence

import structlog

from latchkey.jobs.contract import Task as Job
from latchkey.remote.secrets import KeyringError
from latchkey.service.importing.planning import plan_import
from latchkey.service.importing.running import RUNNING, finish, tidy_up
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.service.importing.undoing import plan_undo
from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.progress import Silent
from latchkey.store import import_plans, imports
from latchkey.store.clock import now
from latchkey.store.models import Import, Rule

NAME = "import"

log = structlog.get_logger()


def import_jobs(works: Callable[[Rule], bool]) -> list[Job]:
    """The imports to be planned or ended now; `works` says whether nothing stops their rule.

    What was left lying is forgotten at the same occasion.
    """
    tidy_up(now())
    return [
        Job(NAME, str(one.pk))
        for one in imports.at_work()
        if one.rule is not None and works(one.rule) and _is_due(one)
    ]


def rules_at_work() -> list[Rule]:
    """The rules of imports whose changes are to be carried."""
    running = (one for one in imports.at_work() if one.state in RUNNING)
    held = imports.waiting_rules()
    found = {one.rule.pk: one.rule for one in running if one.rule is not None}
    return list({**{rule.pk: rule for rule in held}, **found}.values())


def perform_import(installation: Installation, key: str) -> Sequence[Job]:
    """Plan an import or its undo, or end one that has nothing left to do."""
    one = imports.find(int(key))
    if one is None or one.rule is None:
        return []
    try:
        match Import.State(one.state):
            case Import.State.PLANNING:
                plan_import(installation, one, Silent())
            case Import.State.UNDO_ASKED:
                plan_undo(installation, one, Silent())
            case _:
                finish(one)
    except (RuleError, KeyringError, ImportRefusedError) as error:
        _give_up(one, str(error))
    return []


_BACK: Mapping[Import.State, Import.State] = {
    Import.State.PLANNING: Import.State.UPLOADED,
    Import.State.UNDO_ASKED: Import.State.DONE,
}


def _give_up(one: Import, problem: str) -> None:
    """Back to where a person can change what stands against it."""
    log.error("import cannot go on", name=one.name, reason=problem)
    before = Import.State(one.state)
    imports.move(one, [before], _BACK.get(before, before), problem=problem)


def _is_due(one: Import) -> bool:
    task = RUNNING.get(Import.State(one.state))
    if task is None:
        return True
    return one.rule is not None and not import_plans.is_under_way(one.rule, task)
