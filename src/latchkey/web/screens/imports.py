"""Import, the third step: what becomes of every row, before and after it is carried out."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from latchkey.policy.columns import ColumnsError
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.importing import results, running
from latchkey.service.importing.planning import ask_for_plan
from latchkey.service.importing.shaping import ImportRefusedError
from latchkey.service.importing.trying import try_out
from latchkey.store import import_lists, import_plans
from latchkey.store.models import Import, ImportRow
from latchkey.store.runs import OUTCOMES
from latchkey.web.asking import who, whole
from latchkey.web.filters import ALL
from latchkey.web.import_forms import TestForm
from latchkey.web.importing import acts, found, numbers, progress
from latchkey.web.installation import installation
from latchkey.web.lists import Column, FilterForm, Search, listing
from latchkey.web.permissions import May, allows, may
from latchkey.web.surroundings import surroundings
from latchkey.web.wording import said, translated
from latchkey.web.words import STATES

COLUMNS = (
    Column(gettext_lazy("Row"), "number"),
    Column(gettext_lazy("Name")),
    Column(gettext_lazy("Email")),
    Column(gettext_lazy("Username")),
    Column(gettext_lazy("What")),
    Column(gettext_lazy("Mail")),
    Column(gettext_lazy("Why")),
)


class RowsFilter(FilterForm):
    """Whose name or address holds a text, and what came of the row."""

    text = Search(label=gettext_lazy("Name, address or username"), max_length=100)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[ALL, *((one, STATES[one]) for one in OUTCOMES)]
    )

    def __init__(self, one: Import, asked: QueryDict) -> None:
        super().__init__(asked)
        self._one = one

    def narrow(self, rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:  # noqa: ARG002 - as every list is narrowed
        """The rows that the filters let through."""
        text = (self.given("text") or "").strip()
        return import_lists.records(self._one, self.given("outcome") or "", text)


@may(May.READ)
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: how far it is, what may be done, and every row with its outcome."""
    one = found(pk)
    if one.rule is None:
        may_shape = one.records and allows(request.user, May.ACT)
        return redirect("web:import_shape", one.pk) if may_shape else redirect("web:imports")
    rows, filters = import_lists.records(one), partial(RowsFilter, one)
    shown = listing(request, rows, COLUMNS, form=filters, order="number")
    outcomes = {row.number: row for row in import_plans.outcomes_of(one, shown.rows)}
    parts: dict[str, Any] = {
        "one": one,
        "list": shown,
        "outcomes": outcomes,
        "numbers": numbers(one),
        "progress": progress(one),
        "test_form": TestForm(),
        **acts(request, one),
    }
    return render(request, "web/imports/one.html", parts)


@may(May.READ)
def progress_part(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come; when it came to something else, the page is loaded again."""
    one = found(pk)
    now = progress(one)
    if request.GET.get("mark") != now.mark:
        return HttpResponseClientRefresh()
    return render(request, "web/imports/_progress.html", {"one": one, "progress": now})


@may(May.READ)
def result(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - a view
    """What became of every row, as CSV."""
    one = found(pk)
    answer = StreamingHttpResponse(results.lines(one), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="latchkey-import-{one.pk}.csv"'
    return answer


@may(May.ACT)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry the import out as it is shown; beyond the brake an approver has to."""
    one = found(pk)
    allowed = acts(request, one)
    if allowed["brake"] and not allowed["can_confirm"]:
        sentence = _("%(brake)s. An approver has to start it.")
        messages.error(request, sentence % {"brake": _capital(translated(allowed["brake"]))})
        return redirect("web:import", one.pk)
    return _acted(request, one, lambda: running.confirm(one, who(request), _plan_seen(request)))


@may(May.ACT)
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with it; where Latchkey stopped it by itself, an approver has to look at why."""
    one = found(pk)
    if not acts(request, one)["may_resume"]:
        messages.error(request, _("Latchkey stopped this import. An approver lets it go on."))
        return redirect("web:import", one.pk)
    return _acted(request, one, lambda: running.resume(one, who(request)))


@may(May.ACT)
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file that was never carried out."""
    one = found(pk)
    if not running.discard(one):
        messages.error(request, _("This import was carried out already; its result stays."))
        return redirect("web:import", one.pk)
    messages.success(request, _("The file was deleted; nothing of it is left."))
    return redirect("web:imports")


@may(May.ACT)
@require_POST
def try_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a test of the first people, whose mails go to the administrator."""
    one, form = found(pk), TestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how many people, and your own mailbox."))
        return redirect("web:import", one.pk)
    filled = form.cleaned_data
    try:
        part = try_out(installation(), one, filled["people"], filled["mailbox"])
        ask_for_plan(found(part.pk))
    except (ImportRefusedError, ColumnsError) as error:
        messages.error(request, said(error))
        return redirect("web:import", one.pk)
    except ConfigurationError as error:
        messages.error(
            request, " ".join(translated(problem.sentence) for problem in error.problems)
        )
        return redirect("web:import", one.pk)
    surroundings().wake()
    return redirect("web:import", part.pk)


def _button(act: Callable[[Import, str], object], needed: May) -> Callable[..., HttpResponse]:
    """A view that does to the import what one click asks for."""

    @may(needed)
    @require_POST
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        one = found(pk)
        return _acted(request, one, lambda: act(one, who(request)))

    return pressed


def _acted(request: HttpRequest, one: Import, act: Callable[[], object]) -> HttpResponse:
    try:
        act()
    except ImportRefusedError as error:
        messages.error(request, said(error))
    surroundings().wake()
    return redirect("web:import", one.pk)


def _plan_seen(request: HttpRequest) -> int | None:
    """The number of the plan that the page showed."""
    return whole(request.POST.get("plan", ""))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


urlpatterns = [
    path("imports/<int:pk>/", import_page, name="import"),
    path("imports/<int:pk>/-/progress/", progress_part, name="import_progress"),
    path("imports/<int:pk>/csv/", result, name="import_csv"),
    path("imports/<int:pk>/confirm/", confirm, name="import_confirm"),
    path("imports/<int:pk>/pause/", _button(running.pause, May.ACT), name="import_pause"),
    path("imports/<int:pk>/resume/", resume, name="import_resume"),
    path("imports/<int:pk>/cancel/", _button(running.cancel, May.ACT), name="import_cancel"),
    path("imports/<int:pk>/close/", _button(running.close, May.DECIDE), name="import_close"),
    path("imports/<int:pk>/discard/", discard, name="import_discard"),
    path("imports/<int:pk>/try/", try_first, name="import_try"),
]
