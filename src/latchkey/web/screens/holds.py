"""Holds: people who wait for a decision, and what may be decided."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from latchkey.service import holding
from latchkey.service.holding import Choice, DecisionError, Option
from latchkey.store.imports import SHOWN
from latchkey.store.models import Change, State
from latchkey.web import live
from latchkey.web.asking import who
from latchkey.web.filters import HOLDS, ReasonFilter
from latchkey.web.installation import installation
from latchkey.web.lists import Column, chosen, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.wording import said

COLUMNS = (
    Column(gettext_lazy("Name"), "contact_name"),
    Column(gettext_lazy("Why")),
    Column(gettext_lazy("Rule"), spare=True),
    Column(gettext_lazy("Since"), "entered_at"),
)
# What comes of each decision, in the words of the person who decides.
FOLLOWS: Mapping[Choice, Any] = {
    Choice.LINK: gettext_lazy(
        "The contact and the account are linked, and get what the rule gives."
    ),
    Choice.GIVE: gettext_lazy(
        "The link moves: the other contact has no account any more, this one has."
    ),
    Choice.CREATE: gettext_lazy("An account with this address is made and the person is told."),
    Choice.OTHER_ADDRESS: gettext_lazy(
        "The contact keeps its primary address; the account has this one, and mail goes there."
    ),
    Choice.GO_ON: gettext_lazy("It is decided anew with what the CRM says today."),
    Choice.IGNORE: gettext_lazy(
        "Nothing is made. A Failed activity says so, and the contact leaves the trigger."
    ),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Something to decide: a button with what it says and what follows."""

    choice: str
    value: str
    says: str
    follows: Any

    @classmethod
    def of(cls, option: Option) -> "Decision":
        """As the page shows it."""
        return cls(option.choice, option.value, option.says, FOLLOWS[option.choice])


class HoldsFilter(ReasonFilter):
    """Whose name, which rule, which reason."""

    reasons = HOLDS


@may(May.READ)
def holds(request: HttpRequest) -> HttpResponse:
    """Everybody who waits for a decision."""
    rows = Change.objects.filter(SHOWN, state=State.HELD, is_open=True)
    rows = rows.select_related("rule__site", "rule__file")
    found = listing(request, rows, COLUMNS, form=HoldsFilter, order="-pk")
    return render(request, "web/holds/list.html", {"list": found})


@may(May.READ)
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, with what may be decided."""
    return render(request, "web/holds/one.html", _parts(_found(pk)))


@may(May.READ)
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """The same beside the list."""
    return render(request, "web/holds/_panel.html", _parts(_found(pk)))


@may(May.READ)
def addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """The contact's other addresses, asked for in the CRM."""
    row = _found(pk)
    found = live.other_addresses(row)
    parts = {
        "row": row,
        "decisions": [Decision.of(one) for one in found.answer or ()],
        "error": found.error,
    }
    return render(request, "web/holds/_addresses.html", parts)


@may(May.DECIDE)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a decision down; the worker carries it out."""
    row = _found(pk)
    try:
        choice = Choice(request.POST.get("choice", ""))
        value = request.POST.get("value", "")
        holding.decide(installation(), row, choice, value, who(request))
    except (DecisionError, ValueError) as error:
        messages.error(request, said(error))
        return redirect("web:holds")
    surroundings().wake()
    messages.success(request, _("Decided about %(name)s.") % {"name": row.contact_name})
    return redirect("web:holds")


@may(May.DECIDE)
@require_POST
def ignore(request: HttpRequest) -> HttpResponse:
    """Leave those that were ticked as they are."""
    rows = Change.objects.filter(pk__in=list(chosen(request.POST)), state=State.HELD)
    number = 0
    for row in rows.select_related("rule__site", "rule__crm"):
        # One about which somebody decided meanwhile is none of these any more.
        with suppress(DecisionError):
            holding.decide(installation(), row, Choice.IGNORE, "", who(request))
            number += 1
    surroundings().wake()
    says = ngettext("%(n)d is left as it is.", "%(n)d are left as they are.", number)
    messages.success(request, says % {"n": number})
    return redirect("web:holds")


def _parts(row: Change) -> dict[str, Any]:
    allowed = holding.CHOICES.get(row.reason.why, ()) if row.reason else ()
    return {
        "row": row,
        "is_held": holding.waits(row),
        "decisions": [Decision.of(one) for one in holding.options(row)],
        "has_addresses": holding.waits(row) and Choice.OTHER_ADDRESS in allowed,
    }


def _found(pk: int) -> Change:
    rows = Change.objects.select_related("rule__site", "rule__crm")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("holds/", holds, name="holds"),
    path("holds/ignore/", ignore, name="holds_ignore"),
    path("holds/<int:pk>/", hold, name="hold"),
    path("holds/<int:pk>/decide/", decide, name="hold_decide"),
    path("holds/<int:pk>/-/panel/", panel, name="hold_panel"),
    path("holds/<int:pk>/-/addresses/", addresses, name="hold_addresses"),
]
