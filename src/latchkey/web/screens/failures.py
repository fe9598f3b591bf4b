"""Failures: people without the account that a rule wanted for them, and trying again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from latchkey.service import retrying
from latchkey.store import rules
from latchkey.store.imports import SHOWN
from latchkey.store.models import Change, State, Task
from latchkey.store.queries import TRIED_AGAIN
from latchkey.web.filters import FAILURES, ReasonFilter
from latchkey.web.lists import Column, chosen, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings

COLUMNS = (
    Column(gettext_lazy("Name"), "contact_name"),
    Column(gettext_lazy("Why")),
    Column(gettext_lazy("Rule")),
    Column(gettext_lazy("State"), "state"),
    Column(gettext_lazy("Attempts"), "attempts", end=True, spare=True),
    Column(gettext_lazy("Again"), spare=True),
)
STATES: list[tuple[str, Any]] = [
    ("", gettext_lazy("given up and refused")),
    (State.GIVEN_UP, gettext_lazy("given up")),
    (State.REFUSED, gettext_lazy("refused")),
    (State.DUE, gettext_lazy("failed, tried again")),
]


class FailuresFilter(ReasonFilter):
    """Whose name, which rule, which reason, how far."""

    reasons = FAILURES
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=STATES)

    def narrow(self, rows: QuerySet[Change]) -> QuerySet[Change]:
        """The changes that the filters let through."""
        rows = super().narrow(rows)
        match self.given("state"):
            case State.DUE:
                return rows.filter(TRIED_AGAIN)
            case State.GIVEN_UP | State.REFUSED as state:
                return rows.filter(state=state)
            case _:
                return rows.filter(state__in=(State.GIVEN_UP, State.REFUSED))


@may(May.READ)
def failures(request: HttpRequest) -> HttpResponse:
    """Everybody whose last episode failed, or failed so far, or was refused."""
    later = Change.objects.filter(
        rule=OuterRef("rule"),
        task=OuterRef("task"),
        contact_id=OuterRef("contact_id"),
        episode__gt=OuterRef("episode"),
    )
    rows = Change.objects.filter(~Exists(later), SHOWN)
    rows = rows.select_related("rule__site", "rule__crm", "rule__file")
    found = listing(request, rows, COLUMNS, form=FailuresFilter, order="-pk")
    return render(request, "web/failures/list.html", {"list": found})


@may(May.ACT)
@require_POST
def retry(request: HttpRequest) -> HttpResponse:
    """Begin anew for those that were ticked, or for all that were given up."""
    number = retrying.retry() if request.POST.get("which") == "all" else _retry_chosen(request)
    if not number:
        messages.warning(request, _("There was nobody to try again."))
        return redirect("web:failures")
    surroundings().wake()
    says = ngettext("%(n)d is tried again.", "%(n)d are tried again.", number)
    messages.success(request, says % {"n": number})
    return redirect("web:failures")


def _retry_chosen(request: HttpRequest) -> int:
    wanted: dict[int, list[int]] = {}
    rows = Change.objects.filter(
        pk__in=list(chosen(request.POST)), task=Task.ACCOUNT, state=State.GIVEN_UP
    )
    for rule_id, contact_id in rows.values_list("rule_id", "contact_id"):
        wanted.setdefault(rule_id, []).append(contact_id)
    found = {row.pk: row for row in rules.every() if row.pk in wanted}
    return sum(retrying.retry(row, wanted[pk]) for pk, row in found.items())


urlpatterns = [
    path("failures/", failures, name="failures"),
    path("failures/retry/", retry, name="failures_retry"),
]
