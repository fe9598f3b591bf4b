"""Carries an import out: confirmed by a person, by this process or by workers, to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from latchkey.remote.errors import Paused
from latchkey.service.importing.planning import rule_of
from latchkey.service.importing.shaping import OPEN, ImportRefusedError
from latchkey.service.installation import Installation
from latchkey.service.pausing import stop_if_paused
from latchkey.service.provisioning.assignment import Assignment, open_assignment
from latchkey.service.provisioning.carrying import carry_all, to_carry
from latchkey.service.provisioning.progress import Progress, in_words
from latchkey.service.provisioning.run import prepare
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store import (
    changes,
    connections,
    import_plans,
    imports,
    pauses,
    rules,
    runs,
    settings_log,
    undoing,
)
from latchkey.store.clock import now
from latchkey.store.models import Import, Rule, Task
from latchkey.store.transactions import all_or_nothing

# A limit per minute is looked at again after so many seconds.
MOMENT = 1.0
# Nobody carried it out: a file of people is not kept for nothing.
KEEP_UPLOAD = timedelta(days=7)
KEEP_HELD = timedelta(days=30)
RUNNING = {Import.State.RUNNING: Task.ACCOUNT, Import.State.UNDOING: Task.UNDO}
OVER = frozenset({Import.State.DONE, Import.State.CANCELLED, Import.State.UNDONE})
NOT_CONFIRMED = frozenset({*OPEN, Import.State.UPLOADING})
ENDED = {Import.State.RUNNING: Import.State.DONE, Import.State.UNDOING: Import.State.UNDONE}


@dataclass(frozen=True, slots=True)
class Advance:
    """Rows that are settled, or looked at while an import is planned, of so many people."""

    settled: int
    total: int


def confirm(one: Import, by: str, shown: int | None = None) -> int:
    """Let the import be carried out as it was shown; how many changes that is.

    A person confirmed it, so no brake holds it; whether they may is asked before (`brake_on`).
    `shown` is the number of the plan that they saw, None for the one that is there.
    ImportRefusedError when there is no plan that waits for it, or another one.
    """
    rule = rule_of(one)
    with all_or_nothing():
        moved = imports.move(
            one, [Import.State.PLANNED], Import.State.RUNNING, confirmed_by=by, started_at=now()
        )
        if not moved:
            raise ImportRefusedError(f"This import is {one.state}; look at its preview first.")
        if shown not in {None, import_plans.number_of(rule)}:
            raise ImportRefusedError("This import was planned anew; look at its preview again.")
        number = import_plans.release(rule, by)
        imports.release_rule(rule, enabled=True)
        settings_log.write(by, f"{one.name} ({one.file_name}) to {rule.site}", "planned", "running")
    return number


def carry_out(
    installation: Installation, one: Import, progress: Progress, wait: Callable[[float], None]
) -> dict[str, Any]:
    """One attempt at everything of a confirmed import, or of its undo; the summary.

    `wait` is called with seconds while a limit per minute or a lease holds the rest. What failed is
    left to a worker, or to the next call. UnavailableError and RuleError as a run of a rule.
    """
    rule = rule_of(one)
    stop_if_paused(rule)
    try:
        work = open_assignment(installation, rule)
        prepare(work)
        number = to_carry(rule)
        progress.stage(in_words(number))
        progress.planned(number)
        _carry_at_its_pace(work, progress, wait)
    except UnavailableError as gone:
        if not isinstance(gone.error, Paused):
            connections.pause(gone.connection, str(gone.error), installation.now(), 1)
        raise
    finish(one)
    return summary(one)


def finish(one: Import) -> bool:
    """End an import, or its undo, that has nothing left to do; whether it ended.

    Cells of rows that nothing waits for are forgotten. Rows that a person has to decide about keep
    theirs until they are decided, or the import is closed.
    """
    rule, task = rule_of(one), RUNNING.get(Import.State(one.state))
    if task is None:
        return False
    import_plans.end_settled(rule, held=False)
    imports.wipe(one)
    if import_plans.is_under_way(rule, task):
        return False
    ended = imports.move(
        one, [Import.State(one.state)], ENDED[Import.State(one.state)], ended_at=now()
    )
    run = import_plans.run_of(rule, task)
    if run is not None:
        runs.end(run, task)
    if not import_plans.holds(rule):
        imports.release_rule(rule, enabled=False)
    return ended


def close(one: Import, by: str) -> None:
    """Decide nothing more about what the import holds, and forget the rest of its file."""
    rule = rule_of(one)
    # What was looked at for an undo may be about rows that end here: it is looked at again.
    imports.move(one, [Import.State.UNDO_SHOWN], Import.State.DONE)
    if one.state not in OVER:
        raise ImportRefusedError(f"This import is {one.state}; it can be closed when it is over.")
    import_plans.end_settled(rule, held=True)
    imports.wipe(one)
    imports.release_rule(rule, enabled=False)
    settings_log.write(by, f"{one.name} ({one.file_name})", str(one.state), "closed")


def discard(one: Import) -> bool:
    """Forget a file that was never carried out, and all about it. False when it was."""
    # Whoever wants to confirm it from here on is refused; a crash leaves it to `tidy_up`.
    if not imports.move(one, OPEN, Import.State.UPLOADING):
        return False
    imports.remove(one)
    return True


def pause(one: Import, by: str) -> None:
    """Let no further write of it leave, from now on."""
    pauses.pause(by, rule=rule_of(one))
    settings_log.write(by, f"{one.name} ({one.file_name})", "going on", "paused")


def resume(one: Import, by: str) -> bool:
    """Go on with it. False when it was neither paused nor stopped."""
    rule = rule_of(one)
    was_paused = pauses.resume(rule=rule) | bool(rule.stopped_reason)
    rules.restart(rule)
    settings_log.write(by, f"{one.name} ({one.file_name})", "paused", "going on")
    return was_paused


def goes_on(one: Import) -> bool:
    """Whether anything of it may be left to carry out. ImportRefusedError before `confirm`."""
    if one.state in NOT_CONFIRMED:
        raise ImportRefusedError(
            f"Import {one.pk} was never confirmed, so there is nothing to go on with. Carry it out "
            "in the browser, or import its file again."
        )
    return rule_of(one).enabled


def cancel(one: Import, by: str) -> int:
    """Begin nothing more; how many rows that leaves out. What has begun is carried to its end."""
    rule = rule_of(one)
    if one.state not in {Import.State.RUNNING, Import.State.PLANNED, Import.State.PLANNING}:
        raise ImportRefusedError(f"This import is {one.state}; there is nothing to cancel.")
    number = import_plans.cancel(rule, by)
    settings_log.write(by, f"{one.name} ({one.file_name})", str(one.state), "cancelled")
    if one.state != Import.State.RUNNING or not import_plans.has_begun(rule, Task.ACCOUNT):
        imports.move(one, [Import.State(one.state)], Import.State.CANCELLED, ended_at=now())
        imports.release_rule(rule, enabled=False)
    imports.wipe(one)
    return number


def advance(one: Import) -> Advance:
    """How far the import has come in what it does now."""
    rule = one.rule
    if rule is None or one.state in {Import.State.UPLOADED, Import.State.PLANNING}:
        return Advance(import_plans.decided(one), one.people)
    if one.state in {Import.State.UNDO_ASKED, Import.State.UNDOING}:
        return Advance(*undoing.advance(rule))
    return Advance(one.people - import_plans.under_way(rule, Task.ACCOUNT), one.people)


def tidy_up(moment: datetime) -> None:
    """Forget uploads that nobody carried out, and rows that were decided, or not for long."""
    for one in imports.forgotten(moment - KEEP_UPLOAD):
        imports.remove(one)
    for one in imports.left_open(moment - KEEP_HELD):
        close(one, "time")
    for one in imports.left_open():
        if import_plans.is_settled(rule_of(one)):
            import_plans.end_settled(rule_of(one), held=False)
            imports.wipe(one)
            imports.rest(one)


def is_paused(rule: Rule) -> bool:
    """Whether a person paused the import, one of its ends or everything."""
    return pauses.is_paused(rule)


def summary(one: Import) -> dict[str, Any]:
    """How many rows came to what; the eight outcomes add up to `seen`."""
    counted = import_plans.counted(one)
    return {"import": one.pk, "seen": sum(counted.values()), **counted}


def _carry_at_its_pace(work: Assignment, progress: Progress, wait: Callable[[float], None]) -> None:
    """All of it, however long a limit holds the rest, or a lease that a killed process left."""
    carry_all(work, progress)
    while _has_to_wait(work):
        wait(MOMENT)
        carry_all(work, progress)


def _has_to_wait(work: Assignment) -> bool:
    limited = work.rule.per_minute is not None and changes.creations_due(work.row) > 0
    return limited or changes.is_leased(work.row)
