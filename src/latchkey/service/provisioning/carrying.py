"""The one loop: claim a slice of changes, act, record; several slices at once."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import structlog

from latchkey.policy.planning import Verdict
from latchkey.service.provisioning.assignment import Assignment, RuleError
from latchkey.service.provisioning.cases import Case
from latchkey.service.provisioning.examining import examine
from latchkey.service.provisioning.making import make
from latchkey.service.provisioning.progress import Progress
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.provisioning.telling import tell
from latchkey.service.provisioning.verifying import verify
from latchkey.service.provisioning.writing_back import write_back
from latchkey.store import attempts, changes
from latchkey.store.attempts import End, Outcome
from latchkey.store.models import Change, State
from latchkey.store.threads import own_connection

SLICE = 100
SLICES_AT_ONCE = 3
STEPS = (examine, make, verify, tell, write_back)

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


def carry(work: Assignment, rows: Sequence[Change], progress: Progress) -> None:
    """One slice along the way of its contacts; `rows` are claimed."""
    moment = work.installation.now()
    cases = [
        Case(
            change=row,
            is_due=row.due_at is not None and row.due_at <= moment,
            owed_before=row.owed is not None,
        )
        for row in rows
    ]
    try:
        for step in STEPS:
            step(work, cases)
    except (UnavailableError, RuleError):
        changes.save([case.change for case in cases], release=True)
        raise
    _record(cases, progress)


def _carry_slices(
    work: Assignment, progress: Progress, only: Sequence[int] | None, stop: Event
) -> None:
    with own_connection():
        while not stop.is_set() and (rows := changes.claim(work.row, SLICE, only)):
            try:
                carry(work, rows, progress)
            except changes.LeaseLostError as lost:
                log.warning("slice lost to another worker", rule=work.rule.name, reason=str(lost))
            except BaseException:
                stop.set()
                raise


def _record(cases: Sequence[Case], progress: Progress) -> None:
    """The last step: how every try ended, together with the change."""
    for case in cases:
        if case.state is State.WRITTEN_BACK:
            case.change.state = State.DONE
            case.change.due_at = None
    attempts.end([_end(case) for case in cases], release=True)
    for case in cases:
        progress.settled(case.change, *_told(case))


def _end(case: Case) -> End:
    change = case.change
    return End(change, _outcome(case), change.why, dict(change.details))


def _outcome(case: Case) -> Outcome:
    match case.state:
        case State.DONE:
            return Outcome.DONE
        case State.HELD:
            return Outcome.HELD
        case State.REFUSED | State.IGNORED:
            return Outcome.REFUSED
        case State.GIVEN_UP if case.is_due:
            return Outcome.REFUSED
        case _ if case.is_due:
            return Outcome.POSTPONED
        case _:
            return Outcome.FAILED


OUTCOMES = {
    Verdict.CREATE: "created",
    Verdict.LINK: "linked",
    Verdict.UPDATE: "updated",
    Verdict.ALREADY: "already",
}


def _told(case: Case) -> tuple[str, str]:
    reason = case.change.reason
    sentence = reason.sentence if reason else ""
    match _outcome(case):
        case Outcome.DONE:
            return OUTCOMES[Verdict(case.change.verdict)], sentence
        case Outcome.HELD:
            return "held", sentence
        case Outcome.REFUSED:
            return "refused", sentence
        case Outcome.FAILED:
            return "failed", sentence
        case _:
            return "waiting", sentence
