"""Password resets: who asked for one, and what came of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.store import rules
from latchkey.store.models import Change, State, Task
from latchkey.web.filters import ALL, PeopleFilter
from latchkey.web.lists import Column, listing
from latchkey.web.permissions import May, may
from latchkey.web.words import STATES

COLUMNS = (
    Column(_("Name"), "contact_name"),
    Column(_("Email")),
    Column(_("Rule")),
    Column(_("State"), "state"),
    Column(_("Why")),
    Column(_("Asked"), "entered_at"),
)


class ResetsFilter(PeopleFilter):
    """Whose name, which rule, how far."""

    state = forms.ChoiceField(
        label=_("State"), choices=[ALL, *((one, STATES[one]) for one in State.values)]
    )

    def narrow(self, rows: QuerySet[Change]) -> QuerySet[Change]:
        """The resets that the filters let through."""
        rows = super().narrow(rows)
        state = self.given("state")
        return rows.filter(state=state) if state else rows


@may(May.READ)
def resets(request: HttpRequest) -> HttpResponse:
    """Every password reset, the latest first."""
    own = rules.every()
    # The rules are named so that the database goes by an index to the few that are resets.
    rows = Change.objects.filter(rule__in=[row.pk for row in own], task=Task.RESET)
    related = rows.select_related("rule__site", "rule__crm")
    found = listing(request, related, COLUMNS, form=ResetsFilter, order="-entered_at")
    parts: dict[str, Any] = {"list": found, "rules": own}
    return render(request, "web/resets/list.html", parts)


urlpatterns = [path("resets/", resets, name="resets")]
