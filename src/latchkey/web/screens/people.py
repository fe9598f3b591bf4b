"""One person's story, and what may be asked for: the account now, its mail again, a reset."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from latchkey.service import errands as asking
from latchkey.service.on_demand import BY_APPROVER
from latchkey.store import connections, rules, stories
from latchkey.store.models import Change, Connection, Errand, Rule
from latchkey.web import live
from latchkey.web.addresses import END
from latchkey.web.asking import who, whole
from latchkey.web.permissions import May, allows, may
from latchkey.web.story import episode, events
from latchkey.web.surroundings import surroundings

KINDS = {
    "provision": Errand.Kind.PROVISION,
    "resend": Errand.Kind.RESEND,
    "reset": Errand.Kind.RESET,
}


@may(May.READ)
def person(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Every attempt, change and mail of a contact, in order."""
    crm = _crm(name)
    changes = stories.changes_of(crm, pk)
    asked = stories.errands_of(crm, pk)
    parts = _known(crm, pk, changes) | {
        "events": events(changes, stories.decisions_about(changes), asked),
        "rules": [row for row in rules.every() if row.crm_id == crm.pk],
    }
    return render(request, "web/people/one.html", parts)


@may(May.READ)
def panel(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """What is known of a contact, beside a list."""
    crm = _crm(name)
    parts = _known(crm, pk, stories.changes_of(crm, pk))
    return render(request, "web/people/_panel.html", parts)


@may(May.READ)
def why(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """What the rules say about a contact now, asked for in the CRM and on the site."""
    found = live.explained(_crm(name), pk)
    parts = {"found": found.answer or (), "error": found.error}
    return render(request, "web/people/_why.html", parts)


@may(May.ACT)
@require_POST
def ask(request: HttpRequest, name: str, pk: int) -> HttpResponse:
    """Ask for the account now, its mail again, or a password reset; the worker does it."""
    crm = _crm(name)
    if whole(str(pk)) is None:
        raise Http404
    return _asked(request, crm, pk)


@may(May.ACT)
@require_POST
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for an account for a contact by its number, from outside its story."""
    rule = rules.find(request.POST.get("rule", ""))
    number = whole(request.POST.get("contact_id", "").strip())
    if rule is None or not number:
        messages.error(request, _("Say which rule, and which contact by its ID in CiviCRM."))
        return redirect("web:accounts")
    return _asked(request, rule.crm, number)


def _asked(request: HttpRequest, crm: Connection, contact_id: int) -> HttpResponse:
    kind = KINDS.get(request.POST.get("what", ""))
    # A mail is sent again by whatever made the account; the rest is for rules that go on.
    look_for = rules.known if kind == Errand.Kind.RESEND else rules.find
    rule = look_for(request.POST.get("rule", ""))
    if kind is None or not _belongs(rule, crm):
        messages.error(request, _("Choose one of the rules."))
        return redirect("web:person", crm.name, contact_id)
    mode = BY_APPROVER if allows(request.user, May.DECIDE) else ""
    errand = asking.ask(kind, who(request), rule=rule, contact_id=contact_id, mode=mode)
    surroundings().wake()
    return redirect("web:errand", errand.pk)


def _known(crm: Connection, contact_id: int, changes: Sequence[Change]) -> dict[str, Any]:
    """A contact's name, address, changes and accounts."""
    return {
        "crm": crm,
        "contact_id": contact_id,
        "name": next((one.contact_name for one in changes if one.contact_name), ""),
        "email": next((one.email for one in changes if one.email), ""),
        "accounts": stories.accounts_of(crm, contact_id),
        "episodes": [episode(one) for one in changes],
    }


def _belongs(rule: Rule | None, crm: Connection) -> bool:
    return rule is not None and rule.crm_id == crm.pk


def _crm(name: str) -> Connection:
    crm = connections.find(Connection.Role.CRM, name)
    if crm is None:
        raise Http404
    return crm


urlpatterns = [
    path("people/ask/", look_up, name="people_ask"),
    path(f"people/<{END}:name>/<int:pk>/", person, name="person"),
    path(f"people/<{END}:name>/<int:pk>/ask/", ask, name="person_ask"),
    path(f"people/<{END}:name>/<int:pk>/-/why/", why, name="person_why"),
    path(f"people/<{END}:name>/<int:pk>/-/panel/", panel, name="person_panel"),
]
