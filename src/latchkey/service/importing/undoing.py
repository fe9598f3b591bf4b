"""Undoes an import: its unused accounts are shown, then taken back; the others stay."""

from collections.abc import Iterable, Iterator

from latchkey.service.importing.planning import rule_of
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.service.installation import Installation
from latchkey.service.provisioning.assignment import dry, open_assignment
from latchkey.service.provisioning.progress import Progress
from latchkey.service.provisioning.undoing import weighed
from latchkey.store import import_plans, imports, plans, runs, settings_log, undoing
from latchkey.store.clock import now
from latchkey.store.models import Import, Plan, Task
from latchkey.store.undoing import UndoRow

MAY_BE_UNDONE = (
    Import.State.DONE,
    Import.State.CANCELLED,
    Import.State.UNDO_ASKED,
    Import.State.UNDO_SHOWN,
    Import.State.UNDONE,
)


def ask_for_undo(one: Import) -> None:
    """Have a worker look which accounts may be taken back.

    ImportRefusedError when the import made none, or is still at work.
    """
    rule = rule_of(one)
    if one.state not in MAY_BE_UNDONE:
        raise ImportRefusedError(f"This import is {one.state}; only an ended one can be undone.")
    if not undoing.has_made(rule):
        raise ImportRefusedError("No account of this import is left; there is nothing to undo.")
    imports.move(one, MAY_BE_UNDONE, Import.State.UNDO_ASKED)


def plan_undo(installation: Installation, one: Import, progress: Progress) -> Plan:
    """Look at every account that the import made, reading only; `confirm_undo` takes them back."""
    ask_for_undo(one)
    rule = rule_of(one)
    work = dry(open_assignment(installation, rule))
    run = runs.begin(rule)
    number = undoing.begin(rule, run)
    written = plans.begin(run)
    progress.stage(f"looking at {number} accounts")
    for page in undoing.pages(rule):
        fates = [
            (change, found.fate, found.reason, username)
            for change, found, username in weighed(work, page)
        ]
        undoing.decide(written, fates)
    imports.move(one, [Import.State.UNDO_ASKED], Import.State.UNDO_SHOWN)
    return written


def undo_preview(one: Import) -> Iterator[UndoRow]:
    """What the undo does, or did, with each account that the import made."""
    return undoing.rows(rule_of(one))


def is_left(one: Import) -> bool:
    """Whether an account that a confirmed undo was to take back is still there."""
    return undoing.is_left(rule_of(one))


def confirm_undo(one: Import, by: str, ticked: Iterable[str] = ()) -> int:
    """Take the unused accounts back, and those that were ticked (by account id); how many.

    ImportRefusedError when there is no preview that waits for it, or one that was ticked is not in
    it; nothing is taken back then.
    """
    rule = rule_of(one)
    ticked = set(ticked)
    if strangers := sorted(ticked - undoing.asked_about(rule)):
        raise ImportRefusedError(
            f"The import made no account {', '.join(strangers)} that is still there. Tick accounts "
            "of its preview, by their account_id."
        )
    if not imports.move(one, [Import.State.UNDO_SHOWN], Import.State.UNDOING):
        raise ImportRefusedError(f"This import is {one.state}; look at what would be undone first.")
    undoing.tick(rule, ticked)
    undoing.leave_unticked(rule)
    number = import_plans.release(rule, by, Task.UNDO)
    imports.release_rule(rule, enabled=True)
    imports.update(one, ended_at=now())
    settings_log.write(by, f"{one.name} ({one.file_name})", "done", f"undone: {number} accounts")
    return number
