"""The one loop: claim a slice of changes, act, record; several slices at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event

import structlog
from structlog.contextvars import bound_contextvars

from latchkey.policy.pacing import Pace
from latchkey.service.leases import renewed
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.cases import Case
from latchkey.service.provisioning.examining import examine
from latchkey.service.provisioning.making import make
from latchkey.service.provisioning.progress import Progress
from latchkey.service.provisioning.resetting import find_account, send_reset
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.provisioning.telling import tell
from latchkey.service.provisioning.undoing import disable_made, find_made, let_go
from latchkey.service.provisioning.verifying import forget_passwords, verify
from latchkey.service.provisioning.writing_back import write_back
from latchkey.store import attempts, buckets, changes, crossings, runs
from latchkey.store.attempts import End, Outcome
from latchkey.store.clock import now
from latchkey.store.models import Change, Rule, State, Task
from latchkey.store.pauses import working_on
from latchkey.store.threads import own_connection
from latchkey.store.transactions import all_or_nothing

SLICE = 100
SLICES_AT_ONCE = 3
Step = Callable[[Assignment, Sequence[Case]], None]
STEPS: Mapping[Task, Sequence[Step]] = {
    Task.ACCOUNT: (examine, make, verify, forget_passwords, tell, write_back),
    Task.RESET: (find_account, send_reset, write_back),
    Task.UNDO: (find_made, disable_made, let_go),
}

log = structlog.get_logger()


def carry_all(work: Assignment, progress: Progress, only: Iterable[int] | None = None) -> None:
    """Carry out everything that is due, several slices at once, so that both ends work.

    UnavailableError or RuleError when the rest has to wait; what was begun is left to be resumed.
    """
    wanted = None if only is None else list(only)
    stop = Event()
    with ThreadPoolExecutor(SLICES_AT_ONCE, thread_name_prefix="slice") as pool:
        workers = [
            pool.submit(_carry_slices, work, progress, wanted, stop) for _ in range(SLICES_AT_ONCE)
        ]
    for worker in workers:
        worker.result()


def carry_next(
    work: Assignment,
    task: Task,
    progress: Progress,
    only: Sequence[int] | None = None,
) -> int:
    """Claim one slice and carry it; how many changes it had. Raises as `carry_all` does."""
    creations = _allowed(work) if task is Task.ACCOUNT else None
    rows = changes.claim(work.row, task, SLICE, creations=creations, only=only)
    if not rows:
        return 0
    try:
        heartbeat = renewed(partial(changes.renew, rows))
        with working_on(work.row), bound_contextvars(rule=work.rule.name), heartbeat:
            _carry(work, task, rows, progress)
    except changes.LeaseLostError as lost:
        log.warning("slice lost to another worker", rule=work.rule.name, reason=str(lost))
    return len(rows)


def to_carry(rule: Rule) -> int:
    """How many changes of the rule could be carried now."""
    moment = now()
    return sum(changes.claimable(rule, task, moment).count() for task in STEPS)


def _allowed(work: Assignment) -> int | None:
    """How many accounts may be made now, by the rule's limit per minute; None for any number."""
    if work.rule.per_minute is None:
        return None
    wanted = min(SLICE, changes.creations_due(work.row))
    return buckets.take(work.row, Pace(work.rule.per_minute), wanted).allowed if wanted else 0


def _carry_slices(
    work: Assignment, progress: Progress, only: Sequence[int] | None, stop: Event
) -> None:
    with own_connection():
        try:
            for task in STEPS:
                while not stop.is_set() and carry_next(work, task, progress, only):
                    pass
        except BaseException:
            stop.set()
            raise


def _carry(work: Assignment, task: Task, rows: Sequence[Change], progress: Progress) -> None:
    """One slice along the way of its contacts."""
    moment = work.installation.now()
    cases = [
        Case(
            change=row,
            was_due=row.due_at is not None and row.due_at <= moment,
            owed_before=row.owed is not None,
            was_creating=row.state == State.CREATING,
        )
        for row in rows
    ]
    try:
        for step in STEPS[task]:
            step(work, cases)
    except (UnavailableError, RuleError):
        _leave([case.change for case in cases if case.outcome is None])
        _record([case for case in cases if case.outcome is not None], progress)
        raise
    _record(cases, progress)


def _leave(rows: Sequence[Change]) -> None:
    """Give them back as they are; nobody may come to free the addresses of a rule that stops."""
    with all_or_nothing():
        changes.save(rows, release=True)
        crossings.free_addresses(rows)


def _record(cases: Sequence[Case], progress: Progress) -> None:
    """The last step: how every try ended, together with the change."""
    for case in cases:
        if case.state is State.WRITTEN_BACK:
            case.change.state, case.change.due_at = State.DONE, None
            case.outcome = Outcome.DONE
    unfinished = [case.change for case in cases if _outcome(case) is Outcome.POSTPONED]
    ended = [case for case in cases if case.change not in unfinished]
    with all_or_nothing():
        changes.lock_all([case.change for case in cases])
        changes.save([change for change in unfinished if change.owed is None], release=True)
        changes.save([change for change in unfinished if change.owed is not None])
        # What could not be written is left alone for as long as a lease lasts.
        for owing in (False, True):
            attempts.end(
                [_end(case) for case in ended if (case.change.owed is not None) is owing],
                release=not owing,
            )
        # Nobody would come back to free them later.
        crossings.free_addresses([case.change for case in ended])
    for case in cases:
        _say(case, progress)


def _say(case: Case, progress: Progress) -> None:
    """Names nobody: the log holds ids, and whoever watches has the rest."""
    change, outcome = case.change, _summed(case)
    log.info(
        "change carried",
        contact=change.contact_id,
        change=change.pk,
        run=change.seen_by_id,
        attempt=change.attempts,
        state=change.state,
        outcome=outcome,
        why=change.why,
    )
    progress.settled(change, outcome, change.reason.sentence if change.reason else "")


def _end(case: Case) -> End:
    return End(case.change, _outcome(case), case.change.why, dict(case.change.details))


def _outcome(case: Case) -> Outcome:
    """How the case ended; one that only wrote what was owed ended earlier, as its state says."""
    if case.outcome is not None:
        return case.outcome
    match case.state:
        case State.REFUSED | State.IGNORED:
            return Outcome.REFUSED
        case State.HELD:
            return Outcome.HELD
        case State.GIVEN_UP:
            return Outcome.FAILED
        case State.DONE:
            return Outcome.DONE
        case _:
            return Outcome.POSTPONED


def _summed(case: Case) -> str:
    """The outcome by the word that summaries use."""
    outcome = _outcome(case)
    if outcome is Outcome.DONE:
        return runs.done_as(case.change.task, case.change.verdict)
    return "waiting" if outcome is Outcome.POSTPONED else outcome.value
