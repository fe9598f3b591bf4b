"""What somebody asked for about one contact, step by step as the worker does it."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.policy.planning import Verdict
from latchkey.service.on_demand import STEP
from latchkey.store import errands
from latchkey.store.models import Change, Errand, ErrandRow, State, Task
from latchkey.web.permissions import May, may
from latchkey.web.words import TONES

TITLES: dict[str, Any] = {
    Errand.Kind.PROVISION: _("An account now"),
    Errand.Kind.RESEND: _("The mail again"),
    Errand.Kind.RESET: _("Password reset"),
}
# The way of an account, in the order in which a change comes along it.
WAY: tuple[tuple[State, Any], ...] = (
    (State.DUE, _("Decided what is to be done")),
    (State.CREATING, _("Making the account on the site")),
    (State.MADE, _("Account made, its roles and its link checked")),
    (State.TOLD, _("The person was told")),
    (State.WRITTEN_BACK, _("Written back into the CRM")),
    (State.DONE, _("Done")),
)
# Outcomes with which somebody has what was asked for.
SERVED = frozenset({"created", "linked", "updated", "already", "sent", "told"})
WAITING = "waiting"
REMEDIES: dict[str, Any] = {
    "held": _("A person has to decide about it."),
    "refused": _("It is decided again when the contact or the rule changes."),
    "ignored": _("It is decided again when the contact or the rule changes."),
    "given_up": _("Retry it among the failures once the cause is gone."),
    "failed": _("It is tried again by itself; the failures say when."),
    WAITING: _("The worker goes on with it by itself."),
}


@may(May.READ)
def errand(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked for, and how far it has come."""
    return render(request, "web/errands/one.html", _parts(pk))


@may(May.READ)
def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """The part that follows the worker."""
    return render(request, "web/errands/_steps.html", _parts(pk))


def _parts(pk: int) -> dict[str, Any]:
    row = errands.find(pk)
    if row is None or row.rule is None or row.contact_id is None:
        raise Http404
    task = Task.RESET if row.kind == Errand.Kind.RESET else Task.ACCOUNT
    changes = Change.objects.filter(rule=row.rule, task=task, contact_id=row.contact_id)
    change = changes.select_related("rule__site", "rule__crm").order_by("-episode").first()
    rows = list(row.rows.order_by("pk"))
    return {
        "errand": row,
        "title": TITLES.get(row.kind, row.kind),
        "rows": [(one, _tone(one.outcome)) for one in rows],
        **_end(rows, change),
        "change": change,
        "way": _way(row, change),
    }


def _end(rows: Sequence[ErrandRow], change: Change | None) -> dict[str, Any]:
    """What it came to by the last row that says so, and what may be done where that is nothing."""
    last = next((one for one in reversed(rows) if one.outcome != STEP), None)
    came_to = last.outcome if last else WAITING
    is_over = change is not None and change.state == State.GIVEN_UP
    remedy = REMEDIES.get("given_up" if is_over else came_to, "")
    return {
        "came_to": came_to,
        "is_served": came_to in SERVED,
        "reason": last.sentence if last else "",
        "remedy": remedy,
    }


def _tone(outcome: str) -> str:
    """The tone in which a row is shown."""
    if outcome in SERVED:
        return "good"
    return WAITING if outcome == WAITING else TONES.get(outcome, "neutral")


def _way(row: Errand, change: Change | None) -> list[tuple[Any, bool]]:
    """The steps of an account with whether the change has come so far; empty for other errands."""
    states = [state for state, _text in WAY]
    made = row.kind == Errand.Kind.PROVISION and change and change.verdict == Verdict.CREATE
    if change is None or not made or change.state not in states:
        return []
    reached = states.index(State(change.state))
    return [(text, place <= reached) for place, (_state, text) in enumerate(WAY)]


urlpatterns = [
    path("asked/<int:pk>/", errand, name="errand"),
    path("asked/<int:pk>/-/steps/", steps, name="errand_steps"),
]
