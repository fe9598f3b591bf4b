"""Of a whole site: its users paired with contacts, and links that are wrong, with their repair."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from latchkey.policy.pairing import Pairing, UsersToContacts
from latchkey.service import errands as asking
from latchkey.service.doctor import Ailment
from latchkey.store import connections, errands
from latchkey.store.models import Connection, Errand, ErrandRow
from latchkey.web.asking import who
from latchkey.web.filters import ALL
from latchkey.web.lists import Column, FilterForm, Search, chosen, listing
from latchkey.web.permissions import May, may
from latchkey.web.surroundings import surroundings

PAIRS = (
    Column(gettext_lazy("Username"), "username"),
    Column(gettext_lazy("Email")),
    Column(gettext_lazy("Contact")),
    Column(gettext_lazy("What"), "outcome"),
    Column(gettext_lazy("Why")),
)
LINKS = (
    Column(gettext_lazy("Username"), "username"),
    Column(gettext_lazy("Contact")),
    Column(gettext_lazy("What is wrong"), "outcome"),
    Column(gettext_lazy("Repair")),
)
PAIR_KINDS = (Errand.Kind.PAIR, Errand.Kind.LINK)
LINK_KINDS = (Errand.Kind.DIAGNOSE, Errand.Kind.REPAIR)
MODES = (UsersToContacts.MATCH, UsersToContacts.CREATE)


class PairsFilter(FilterForm):
    """Which account, and what would be done."""

    text = Search(label=gettext_lazy("Username, address or reason"), max_length=100)
    outcome = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[ALL, *((one.value, one.value) for one in Pairing)]
    )

    def narrow(self, rows: QuerySet[ErrandRow]) -> QuerySet[ErrandRow]:
        """The rows that the filters let through."""
        if outcome := self.given("outcome"):
            rows = rows.filter(outcome=outcome)
        if text := self.given("text"):
            found = Q(username__icontains=text) | Q(email__icontains=text)
            rows = rows.filter(found | Q(sentence__icontains=text))
        return rows


class LinksFilter(PairsFilter):
    """Which account, and what is wrong with it."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What"), choices=[ALL, *((one.value, one.value) for one in Ailment)]
    )


@may(May.READ)
def sites(request: HttpRequest) -> HttpResponse:
    """The sites, to choose one."""
    own = [row for row in connections.every() if row.role == Connection.Role.SITE]
    return render(request, "web/sites/list.html", {"sites": own})


@may(May.READ)
def pairing(request: HttpRequest, name: str) -> HttpResponse:
    """What would be, or was, done for accounts without a link."""
    site = _site(name)
    errand = _last(site, PAIR_KINDS)
    found = listing(request, _rows(errand), PAIRS, form=PairsFilter, order="pk")
    parts: dict[str, Any] = {"site": site, "errand": errand, "list": found, "modes": MODES}
    return render(request, "web/sites/pairing.html", parts)


@may(May.READ)
def links(request: HttpRequest, name: str) -> HttpResponse:
    """What is wrong with the links of a site."""
    site = _site(name)
    errand = _last(site, LINK_KINDS)
    found = listing(request, _rows(errand), LINKS, form=LinksFilter, order="pk")
    parts: dict[str, Any] = {"site": site, "errand": errand, "list": found}
    return render(request, "web/sites/links.html", parts)


@may(May.ACT)
@require_POST
def look(request: HttpRequest, name: str) -> HttpResponse:
    """Ask for the preview of the pairing, or for a look at the links; nothing is changed."""
    site = _site(name)
    if request.POST.get("what") == "links":
        return _asked(request, site, Errand.Kind.DIAGNOSE, "", "web:site_links")
    mode = request.POST.get("mode", "")
    if mode not in MODES:
        messages.error(request, _("Say what is done with accounts that nobody has."))
        return redirect("web:site_pairing", site.name)
    return _asked(request, site, Errand.Kind.PAIR, mode, "web:site_pairing")


@may(May.DECIDE)
@require_POST
def link(request: HttpRequest, name: str) -> HttpResponse:
    """Carry the pairing out as the page has shown it: a later preview may make contacts, too."""
    site = _site(name)
    seen = _last(site, PAIR_KINDS)
    is_shown = seen is not None and request.POST.get("seen") == str(seen.pk)
    if seen is None or not is_shown or not _is_previewed(seen):
        messages.warning(request, _("Look at the preview first."))
        return redirect("web:site_pairing", site.name)
    return _asked(request, site, Errand.Kind.LINK, seen.mode, "web:site_pairing")


@may(May.DECIDE)
@require_POST
def repair(request: HttpRequest, name: str) -> HttpResponse:
    """Carry out the repairs that were ticked."""
    site = _site(name)
    seen = _last(site, LINK_KINDS)
    found = seen is not None and seen.kind == Errand.Kind.DIAGNOSE
    asked = seen and found and asking.ask_for_repairs(seen, chosen(request.POST), who(request))
    if not asked:
        messages.warning(request, _("Nothing was ticked that could be repaired."))
    surroundings().wake()
    return redirect("web:site_links", site.name)


@may(May.READ)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come; when it is over, the page is loaded again."""
    errand = errands.find(pk)
    if errand is None or errand.is_over:
        return HttpResponseClientRefresh()
    return render(request, "web/sites/_progress.html", {"errand": errand})


def _asked(
    request: HttpRequest, site: Connection, kind: Errand.Kind, mode: str, to: str
) -> HttpResponse:
    asking.ask(kind, who(request), site=site, mode=mode)
    surroundings().wake()
    return redirect(to, site.name)


def _is_previewed(errand: Errand) -> bool:
    return errand.kind == Errand.Kind.PAIR and errand.state == Errand.State.DONE


def _last(site: Connection, kinds: tuple[Errand.Kind, ...]) -> Errand | None:
    found = [errands.last(kind, site=site) for kind in kinds]
    return max((one for one in found if one), key=lambda one: one.pk, default=None)


def _rows(errand: Errand | None) -> QuerySet[ErrandRow]:
    return ErrandRow.objects.filter(errand=errand) if errand else ErrandRow.objects.none()


def _site(name: str) -> Connection:
    site = connections.find(Connection.Role.SITE, name)
    if site is None:
        raise Http404
    return site


urlpatterns = [
    path("sites/", sites, name="sites"),
    path("sites/<slug:name>/users/", pairing, name="site_pairing"),
    path("sites/<slug:name>/links/", links, name="site_links"),
    path("sites/<slug:name>/look/", look, name="site_look"),
    path("sites/<slug:name>/link/", link, name="site_link"),
    path("sites/<slug:name>/repair/", repair, name="site_repair"),
    path("sites/-/progress/<int:pk>/", progress, name="site_progress"),
]
