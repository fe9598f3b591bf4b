"""What somebody asked for about one contact, step by step as the worker does it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.policy.planning import Verdict
from latchkey.store import errands
from latchkey.store.models import Change, Errand, State, Task
from latchkey.web.permissions import May, may

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
    return {
        "errand": row,
        "title": TITLES.get(row.kind, row.kind),
        "rows": row.rows.order_by("pk"),
        "change": change,
        "way": _way(row, change),
    }


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
