"""How a case stops before its end: held, refused, dropped, failed, or put off."""

from datetime import timedelta

from latchkey.policy.reasons import Reason
from latchkey.service.provisioning import noting
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case
from latchkey.store.attempts import Outcome
from latchkey.store.models import State

SOON = timedelta(seconds=5)


def hold(case: Case, reason: Reason) -> None:
    """A person has to decide."""
    case.change.state = State.HELD
    case.change.why, case.change.details = reason.why, dict(reason.details)
    case.outcome = Outcome.HELD


def drop(case: Case, reason: Reason) -> None:
    """There is nobody left to do it for; nothing is written back."""
    case.change.state, case.change.is_open = State.IGNORED, False
    case.change.why, case.change.details = reason.why, dict(reason.details)
    case.outcome = Outcome.REFUSED


def fail(work: Assignment, case: Case, reason: Reason) -> None:
    """This try failed: what is left to do in the slice is to say so."""
    noting.fail(work, case.change, reason)
    case.outcome = Outcome.FAILED


def give_up(work: Assignment, case: Case, reason: Reason) -> None:
    """Trying again would be of no use: it is said once, and the contact leaves the trigger."""
    case.change.why, case.change.details = reason.why, dict(reason.details)
    noting.give_up(work, case.change)
    case.outcome = Outcome.REFUSED


def put_off(work: Assignment, case: Case, wait: timedelta = SOON) -> None:
    """Somebody else goes first, or the mail cannot go now; the try goes on after the wait."""
    case.change.due_at = work.installation.now() + wait
    case.outcome = Outcome.POSTPONED


def as_decided(case: Case) -> None:
    """A fresh decision that ends the case: held or refused."""
    if case.state is State.HELD:
        case.outcome = Outcome.HELD
    elif case.state in {State.REFUSED, State.GIVEN_UP}:
        case.outcome = Outcome.REFUSED
