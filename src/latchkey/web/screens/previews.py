"""The preview of a rule: asked for here, made by the worker, read in pages."""

from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from latchkey.policy.planning import Verdict
from latchkey.service import errands as asking
from latchkey.store import errands, rules
from latchkey.store.clock import now
from latchkey.store.models import Errand, ErrandRow, Rule
from latchkey.web import enabling
from latchkey.web.asking import who
from latchkey.web.filters import ALL
from latchkey.web.lists import Column, FilterForm, Search, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings
from latchkey.web.words import STATES

COLUMNS = (
    Column(_("Name"), "name"),
    Column(_("Email"), spare=True),
    Column(_("Username"), "username"),
    Column(_("What"), "outcome"),
    Column(_("Why")),
)

SHOWN = (
    Verdict.CREATE,
    Verdict.LINK,
    Verdict.UPDATE,
    Verdict.ALREADY,
    Verdict.HOLD,
    Verdict.REFUSE,
)


class PreviewFilter(FilterForm):
    """Whose name, and what would be done."""

    text = Search(label=_("Name, address or reason"), max_length=100)
    verdict = forms.ChoiceField(
        label=_("What"), choices=[ALL, *((one.value, STATES[one.value]) for one in SHOWN)]
    )

    def narrow(self, rows: QuerySet[ErrandRow]) -> QuerySet[ErrandRow]:
        """The rows that the filters let through."""
        if verdict := self.given("verdict"):
            rows = rows.filter(outcome=verdict)
        if text := self.given("text"):
            found = Q(name__icontains=text) | Q(email__icontains=text)
            rows = rows.filter(found | Q(sentence__icontains=text))
        return rows


@may(May.READ)
def preview(request: HttpRequest, name: str) -> HttpResponse:
    """What a run would do with everybody in the rule's triggers."""
    rule = _found(name)
    errand = errands.last(Errand.Kind.PREVIEW, rule=rule)
    rows = ErrandRow.objects.filter(errand=errand) if errand else ErrandRow.objects.none()
    is_whole = errand is not None and errand.state == Errand.State.DONE
    is_fresh = errand is not None and errand.version in {"", rule.version}
    parts: dict[str, Any] = {
        "rule": rule,
        "errand": errand,
        "is_fresh": is_fresh,
        "list": listing(request, rows, COLUMNS, form=PreviewFilter, order="pk"),
        "numbers": _numbers(errand) if is_whole else [],
        "ticket": enabling.ticket(rule) if is_whole and is_fresh else "",
        "left": _left(errand),
    }
    return render(request, "web/previews/list.html", parts)


@may(May.READ)
@require_POST
def ask(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a preview; it reads and writes nothing in other systems, so everybody may."""
    rule = _found(name)
    asking.ask(Errand.Kind.PREVIEW, who(request), rule=rule)
    surroundings().wake()
    return redirect("web:preview", rule.name)


@may(May.READ)
def progress(request: HttpRequest, name: str) -> HttpResponse:
    """How far the preview has come; when it is over, the page is loaded again."""
    errand = errands.last(Errand.Kind.PREVIEW, rule=_found(name))
    if errand is None or errand.is_over:
        return HttpResponseClientRefresh()
    parts = {"errand": errand, "left": _left(errand), "rule": errand.rule}
    return render(request, "web/previews/_progress.html", parts)


def _numbers(errand: Errand | None) -> list[tuple[str, int]]:
    """How many people by what would be done with them, the most first."""
    rows = ErrandRow.objects.filter(errand=errand).order_by().values_list("outcome")
    return sorted(rows.annotate(number=Count("pk")), key=lambda one: -one[1])


def _left(errand: Errand | None) -> int | None:
    """The seconds that are probably left, None while nobody can know."""
    if errand is None or not errand.done or not errand.total or errand.started_at is None:
        return None
    passed = (now() - errand.started_at).total_seconds()
    return max(1, round(passed / errand.done * max(0, errand.total - errand.done)))


def _found(name: str) -> Rule:
    rule = rules.find(name)
    if rule is None:
        raise Http404
    return rule


urlpatterns = [
    path("rules/<slug:name>/preview/", preview, name="preview"),
    path("rules/<slug:name>/preview/ask/", ask, name="preview_ask"),
    path("rules/<slug:name>/preview/-/progress/", progress, name="preview_progress"),
]
