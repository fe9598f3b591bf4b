"""The undo of an import: its unused accounts shown, ticked where need be, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from latchkey.service.importing import undoing
from latchkey.service.importing.planning import rule_of
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.store import import_lists
from latchkey.store.models import Import
from latchkey.store.undoing import about_to_go, row_of, tick
from latchkey.web.asking import who, whole
from latchkey.web.importing import found, progress
from latchkey.web.lists import Column, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.wording import said

COLUMNS = (
    Column(gettext_lazy("Name")),
    Column(gettext_lazy("Username")),
    Column(gettext_lazy("Email")),
    Column(gettext_lazy("What")),
    Column(gettext_lazy("Why")),
)


@may(May.READ)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What would become, or became, of each account that the import made."""
    one = found(pk)
    if one.rule is None:
        return redirect("web:import", one.pk)
    rows = import_lists.undo_changes(one.rule)
    shown = listing(request, rows, COLUMNS, order="pk")
    parts: dict[str, Any] = {
        "one": one,
        "list": shown,
        "fates": {row.pk: row_of(row) for row in shown.rows},
        "number": about_to_go(one.rule),
        "is_shown": one.state == Import.State.UNDO_SHOWN,
        "progress": progress(one),
    }
    return render(request, "web/imports/undo.html", parts)


@may(May.DECIDE)
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker look which accounts were never used; what was ticked before is forgotten."""
    one = found(pk)
    try:
        undoing.ask_for_undo(one)
    except ImportRefusedError as error:
        messages.error(request, said(error))
        return redirect("web:import", one.pk)
    surroundings().wake()
    return redirect("web:import_undo", one.pk)


@may(May.DECIDE)
@require_POST
def tick_accounts(request: HttpRequest, pk: int) -> HttpResponse:
    """Take those back, too, that were ticked by hand."""
    one = found(pk)
    if one.state == Import.State.UNDO_SHOWN:
        number = tick(rule_of(one), request.POST.getlist("chosen"))
        says = ngettext("%(n)d account was marked.", "%(n)d accounts were marked.", number)
        messages.success(request, says % {"n": number})
    # Read and written anew, for it goes into a header.
    query = QueryDict(request.POST.get("page", "")).urlencode()
    to = redirect("web:import_undo", one.pk)
    to["Location"] += f"?{query}" if query else ""
    return to


@may(May.DECIDE)
@require_POST
def confirm_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the marked accounts back: those that the page counted, not what others marked since."""
    one = found(pk)
    is_shown = one.rule is not None and one.state == Import.State.UNDO_SHOWN
    if is_shown and whole(request.POST.get("number", "")) != about_to_go(rule_of(one)):
        messages.error(request, _("Other accounts were marked since the page was opened."))
        return redirect("web:import_undo", one.pk)
    try:
        number = undoing.confirm_undo(one, who(request))
    except ImportRefusedError as error:
        messages.error(request, said(error))
        return redirect("web:import_undo", one.pk)
    surroundings().wake()
    says = ngettext(
        "%(n)d account is being taken back.", "%(n)d accounts are being taken back.", number
    )
    messages.success(request, says % {"n": number})
    return redirect("web:import_undo", one.pk)


urlpatterns = [
    path("imports/<int:pk>/undo/", undo, name="import_undo"),
    path("imports/<int:pk>/undo/look/", look, name="import_undo_look"),
    path("imports/<int:pk>/undo/tick/", tick_accounts, name="import_undo_tick"),
    path("imports/<int:pk>/undo/confirm/", confirm_undo, name="import_undo_confirm"),
]
