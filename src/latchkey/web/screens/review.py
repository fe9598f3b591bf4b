"""Review: plans that wait for somebody, released whole or in part, or rejected."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from latchkey.policy.planning import Verdict
from latchkey.service import review
from latchkey.store.models import Change, Plan, State
from latchkey.store.plans import revised, waiting
from latchkey.web.asking import who, whole
from latchkey.web.filters import ALL, PeopleFilter
from latchkey.web.lists import Column, chosen, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.wording import said
from latchkey.web.words import STATES

PLANS = (
    Column(gettext_lazy("Plan"), "pk"),
    Column(gettext_lazy("Rule")),
    Column(gettext_lazy("Site")),
    Column(gettext_lazy("What holds it")),
    Column(gettext_lazy("Made"), "created_at"),
)
PEOPLE = (
    Column(gettext_lazy("Name"), "contact_name"),
    Column(gettext_lazy("Email"), "email", spare=True),
    Column(gettext_lazy("Username"), "intended_username"),
    Column(gettext_lazy("What"), "verdict"),
    Column(gettext_lazy("Why")),
)
_WRITTEN = (Verdict.CREATE, Verdict.LINK, Verdict.UPDATE, Verdict.ALREADY)


class PlanFilter(PeopleFilter):
    """Whose name, and what would be done."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[ALL, *((one.value, STATES[one.value]) for one in _WRITTEN)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["rule"]

    def narrow(self, rows: QuerySet[Change]) -> QuerySet[Change]:
        """The changes that the filters let through."""
        rows = super().narrow(rows)
        verdict = self.given("verdict")
        return rows.filter(verdict=verdict) if verdict else rows


@may(May.READ)
def plans(request: HttpRequest) -> HttpResponse:
    """The plans that wait."""
    found = listing(request, waiting(), PLANS)
    return render(request, "web/review/list.html", {"list": found})


@may(May.READ)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody whom a plan is about, with what would be done and why."""
    row = get_object_or_404(Plan.objects.select_related("rule__site", "rule__crm"), pk=pk)
    people = Change.objects.filter(plan=row, state=State.DUE)
    found = listing(request, people, PEOPLE, form=PlanFilter, order="pk")
    parts = {"plan": row, "list": found, "is_held": row.state == Plan.State.HELD}
    return render(request, "web/review/plan.html", parts)


@may(May.DECIDE)
@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a plan be carried out, or the part of it that was ticked."""
    part = request.POST.get("which") != "all"
    only = list(chosen(request.POST)) if part else None
    if only == []:
        messages.warning(request, _("Nobody was ticked, so nothing was released."))
        return redirect("web:plan", pk)
    try:
        held, seen = review.held_plan(pk), _seen(request)
        number = review.release(held, who(request), only, seen)
    except review.ReviewError as error:
        messages.error(request, said(error))
        return redirect("web:plans")
    surroundings().wake()
    left = revised(held, seen)
    _tell(request, number, left)
    return redirect("web:plan", pk) if part or left else redirect("web:plans")


@may(May.DECIDE)
@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry nothing of a plan out."""
    try:
        number = review.reject(review.held_plan(pk), who(request))
    except review.ReviewError as error:
        messages.error(request, said(error))
    else:
        says = ngettext("Rejected: %(n)d change.", "Rejected: %(n)d changes.", number)
        messages.success(request, says % {"n": number})
    return redirect("web:plans")


def _seen(request: HttpRequest) -> int:
    """The revision of the plan that the page showed."""
    return whole(request.POST.get("seen", "")) or 0


def _tell(request: HttpRequest, number: int, left: int) -> None:
    """How many changes are carried out, and how many wait since they were decided anew."""
    if number:
        says = ngettext(
            "%(n)d change is carried out now.", "%(n)d changes are carried out now.", number
        )
        messages.success(request, says % {"n": number})
    if left:
        says = ngettext(
            "%(n)d contact was decided anew after the page was opened, and still waits: look at it "
            "again.",
            "%(n)d contacts were decided anew after the page was opened, and still wait: look at "
            "them again.",
            left,
        )
        messages.warning(request, says % {"n": left})


urlpatterns = [
    path("review/", plans, name="plans"),
    path("review/<int:pk>/", plan, name="plan"),
    path("review/<int:pk>/release/", release, name="plan_release"),
    path("review/<int:pk>/reject/", reject, name="plan_reject"),
]
