"""Connections: what Latchkey is connected to, how it is, and what is missing."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from latchkey.policy.health import Health
from latchkey.service import pausing
from latchkey.service.configuration import editing
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.sites import table
from latchkey.sites.registry import KINDS
from latchkey.store import configuration, connections, pauses, rules
from latchkey.store.models import Connection
from latchkey.web import live
from latchkey.web.asking import problems_of, show_problems, who
from latchkey.web.connection_forms import (
    ConnectionForm,
    CrmForm,
    SiteForm,
    shown_settings,
    stored_secrets,
)
from latchkey.web.installation import installation
from latchkey.web.permissions import May, may


@dataclass(frozen=True, slots=True)
class Shown:
    """A connection with what is known of it. `state` is works, warning, missing, paused or unknown.

    `health` is None before its first test.
    """

    row: Connection
    kind: str
    state: str
    health: Health | None
    paused_by: str
    rules: tuple[str, ...]

    @property
    def is_crm(self) -> bool:
        """Whether it is a CRM and no site."""
        return self.row.role == Connection.Role.CRM


@may(May.READ)
def connections_list(request: HttpRequest) -> HttpResponse:
    """Everything that is connected."""
    found = [shown(row) for row in connections.every()]
    parts = {
        "crms": [one for one in found if one.is_crm],
        "sites": [one for one in found if not one.is_crm],
    }
    return render(request, "web/connections/list.html", parts)


@may(May.READ)
def connection(request: HttpRequest, role: str, name: str) -> HttpResponse:
    """One connection, and what its last test has found."""
    row = _found(role, name)
    parts = {
        "one": shown(row),
        "settings": shown_settings(row),
        "secrets": stored_secrets(row),
        "accounts": configuration.known_accounts(row) if role == "site" else 0,
        "test_now": "saved" in request.GET,
    }
    return render(request, "web/connections/one.html", parts)


@may(May.ADMINISTER)
def new(request: HttpRequest, role: str) -> HttpResponse:
    """Connect another CRM or site."""
    if role not in Connection.Role:
        raise Http404
    if role == Connection.Role.SITE and request.GET.get("kind") not in KINDS:
        parts = {
            "kinds": sorted(KINDS.values(), key=lambda spec: spec.label),
            "abilities": table.COLUMNS,
            "rows": sorted(table.rows(), key=lambda row: row.label),
        }
        return render(request, "web/connections/kinds.html", parts)
    return _edit(request, role, None)


@may(May.ADMINISTER)
def edit(request: HttpRequest, role: str, name: str) -> HttpResponse:
    """Change a connection."""
    return _edit(request, role, _found(role, name))


@may(May.ADMINISTER)
@require_POST
def test(request: HttpRequest, role: str, name: str) -> HttpResponse:
    """Test a connection now, and show what was found."""
    row = _found(role, name)
    live.forget(row)
    health = live.test(row)
    if health is None:
        messages.warning(request, _("It has not answered yet. Look again in a moment."))
    elif health.usable:
        connections.unpause(row)
    if not request.headers.get("HX-Request"):
        return redirect("web:connection", role, name)
    return render(request, "web/connections/_health.html", {"one": shown(_found(role, name))})


@may(May.ADMINISTER)
@require_POST
def pause(request: HttpRequest, role: str, name: str) -> HttpResponse:
    """Let nothing be written to this connection, or go on."""
    row = _found(role, name)
    # What the button said, not the contrary of what is: pressed twice, it says the same again.
    if request.POST.get("to") == "resume":
        pausing.resume(str(row), who(request))
        messages.success(request, _("Work on %(name)s goes on.") % {"name": row.name})
    else:
        pausing.pause(str(row), who(request))
        messages.success(request, _("Nothing is written to %(name)s now.") % {"name": row.name})
    return redirect("web:connection", role, name)


@may(May.ADMINISTER)
@require_POST
def remove(request: HttpRequest, role: str, name: str) -> HttpResponse:
    """Forget a connection that nothing uses."""
    try:
        editing.remove_connection(_found(role, name), who(request))
    except ConfigurationError as error:
        messages.error(request, problems_of(error))
        return redirect("web:connection", role, name)
    messages.success(request, _("The connection %(name)s was removed.") % {"name": name})
    return redirect("web:connections")


def shown(row: Connection) -> Shown:
    """A connection as the screens show it."""
    health = live.tested(row)
    paused = [one.by for one in pauses.every() if one.connection_id == row.pk]
    used = [one.name for one in rules.every() if row.pk in {one.crm_id, one.site_id}]
    kind = "CiviCRM" if row.role == Connection.Role.CRM else _kind_label(row.kind)
    by = paused[0] if paused else ""
    return Shown(row, kind, _state(row, health, by), health, by, tuple(used))


def _state(row: Connection, health: Health | None, paused_by: str) -> str:
    if paused_by:
        return "paused"
    if row.paused_reason:
        return "stopped"
    if health is None:
        return "unknown"
    if not health.usable:
        return "missing"
    return "works"


def _kind_label(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind


def _edit(request: HttpRequest, role: str, before: Connection | None) -> HttpResponse:
    form = _form(request, role, before)
    if request.method == "POST" and form.is_valid():
        name = before.name if before else form.cleaned_data["name"]
        if before is None and connections.find(Connection.Role(role), name):
            form.add_error("name", _("There is one of this name already."))
        else:
            try:
                row = editing.save_connection(
                    installation(), Connection.Role(role), name, form.table(), who(request)
                )
            except ConfigurationError as error:
                show_problems(form, error)
            else:
                messages.success(request, _("%(name)s was saved.") % {"name": row.name})
                return redirect(f"{_address(row)}?saved")
    parts = {"form": form, "before": before, "role": role}
    return render(request, "web/connections/form.html", parts)


def _form(request: HttpRequest, role: str, before: Connection | None) -> ConnectionForm:
    typed: Any = request.POST if request.method == "POST" else None
    if role == Connection.Role.CRM:
        return CrmForm(typed, before=before)
    kind = before.kind if before else request.GET["kind"]
    return SiteForm(typed, before=before, kind=kind)


def _found(role: str, name: str) -> Connection:
    row = connections.find(Connection.Role(role), name) if role in Connection.Role else None
    if row is None:
        raise Http404
    return row


def _address(row: Connection) -> str:
    return redirect("web:connection", row.role, row.name).url


urlpatterns = [
    path("connections/", connections_list, name="connections"),
    path("connections/<slug:role>/-/new/", new, name="connection_new"),
    path("connections/<slug:role>/<slug:name>/", connection, name="connection"),
    path("connections/<slug:role>/<slug:name>/edit/", edit, name="connection_edit"),
    path("connections/<slug:role>/<slug:name>/test/", test, name="connection_test"),
    path("connections/<slug:role>/<slug:name>/pause/", pause, name="connection_pause"),
    path("connections/<slug:role>/<slug:name>/remove/", remove, name="connection_remove"),
]
