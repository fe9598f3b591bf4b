"""What the pages of an import say about it: how far it has come, and what may be asked for now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from latchkey.policy.brakes import Brake
from latchkey.policy.headings import PASSWORD
from latchkey.service.importing import running
from latchkey.service.importing.planning import brake_on
from latchkey.service.importing.running import OVER, Advance
from latchkey.service.importing.shaping import WARNING
from latchkey.store import import_plans, imports
from latchkey.store.clock import now
from latchkey.store.models import Import
from latchkey.store.runs import OUTCOMES
from latchkey.web.permissions import May, allows

AT_WORK = frozenset(imports.AT_WORK)
# Before so many rows there is nothing to reckon the rest by.
FEW = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come. `left` is in seconds, None while it cannot be told.

    `stopped` says why it does not go on, empty while it does. `mark` differs as soon as the page
    around it has to be made anew.
    """

    advance: Advance
    left: int | None
    stopped: str
    mark: str


def found(pk: int) -> Import:
    """The import of an address. Http404."""
    one = imports.find(pk)
    if one is None:
        raise Http404
    return one


def progress(one: Import) -> Progress:
    """How far it has come in what it does now."""
    advance = running.advance(one)
    stopped = _stopped(one)
    return Progress(advance, _left(one, advance), stopped, f"{one.state}-{bool(stopped)}")


def numbers(one: Import) -> Sequence[tuple[str, int]]:
    """How many rows came, or would come, to each outcome; without those that none came to."""
    counted = import_plans.counted(one)
    return [(outcome, counted[outcome]) for outcome in OUTCOMES if counted[outcome]]


def acts(request: HttpRequest, one: Import) -> Mapping[str, Any]:
    """What this person may do with the import now."""
    brake = brake_on(one) if one.state == Import.State.PLANNED else None
    may_act = allows(request.user, May.ACT)
    may_decide = allows(request.user, May.DECIDE)
    may_start = may_decide or (may_act and not brake)
    holds = import_plans.holds(one.rule) if one.rule and one.state in OVER else 0
    return {
        "brake": _sentence(brake),
        "can_confirm": one.state == Import.State.PLANNED and may_start,
        "may_resume": may_decide or (may_act and not (one.rule and one.rule.stopped_reason)),
        "plan": import_plans.number_of(one.rule) if one.rule else None,
        "can_undo": may_decide and one.state in OVER,
        "holds": holds,
        "warning": WARNING if PASSWORD in one.columns else "",
    }


def _sentence(brake: Brake | None) -> str:
    return brake.sentence if brake else ""


def _stopped(one: Import) -> str:
    """Why nothing goes on, as a sentence; empty while it does."""
    rule = one.rule
    if rule is None or one.state not in AT_WORK:
        return ""
    if rule.stopped_reason:
        return rule.stopped_reason
    ends = (rule.site, rule.crm)
    away = next((f"{end.name}: {end.paused_reason}" for end in ends if end.paused_reason), "")
    return away or ("paused" if running.is_paused(rule) else "")


def _left(one: Import, advance: Advance) -> int | None:
    if one.started_at is None or one.state != Import.State.RUNNING or advance.settled < FEW:
        return None
    passed = (now() - one.started_at).total_seconds()
    return max(1, round(passed / advance.settled * (advance.total - advance.settled)))
