"""How a change stops being carried out before its end: held, dropped, failed."""

from latchkey.policy.reasons import Reason
from latchkey.service.provisioning import noting
from latchkey.service.provisioning.assignment import Assignment
from latchkey.service.provisioning.cases import Case
from latchkey.store.models import State


def hold(case: Case, reason: Reason) -> None:
    """A person has to decide."""
    case.change.state = State.HELD
    case.change.why, case.change.details = reason.why, dict(reason.details)


def drop(case: Case, reason: Reason) -> None:
    """There is nobody left to do it for; nothing is written back."""
    case.change.state, case.change.is_open = State.IGNORED, False
    case.change.why, case.change.details = reason.why, dict(reason.details)


def fail(work: Assignment, case: Case, reason: Reason) -> None:
    """This try failed; the case is out of the slice but for what is owed."""
    noting.fail(work, case.change, reason)
    case.is_due = False
