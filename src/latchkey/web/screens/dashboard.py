"""The dashboard: where everything stands, what waits for somebody, and the pauses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from latchkey.service import pausing
from latchkey.service.configuration.rules import schedule_of
from latchkey.store import board, connections, pauses, plans, rules
from latchkey.store.models import Connection, Pause, Rule
from latchkey.web.asking import who
from latchkey.web.chart import chart
from latchkey.web.permissions import May, may
from latchkey.web.wording import said

DAYS = 14
PLANS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ShownConnection:
    """A connection with its state: works, stopped (left alone by us) or paused by somebody."""

    row: Connection
    state: str
    by: str = ""

    @property
    def name(self) -> str:
        """What pausing knows it by."""
        return str(self.row)


@dataclass(frozen=True, slots=True)
class ShownRule:
    """A rule with its state, and when it is carried out next: at once, or at `next_at`."""

    row: Rule
    state: str
    by: str
    at_once: bool
    next_at: datetime | None

    @property
    def name(self) -> str:
        """What pausing knows it by."""
        return f"rule.{self.row.name}"


@may(May.READ)
def dashboard(request: HttpRequest) -> HttpResponse:
    """The first page after logging in."""
    return render(request, "web/dashboard.html", _parts())


@may(May.READ)
def now(request: HttpRequest) -> HttpResponse:
    """The part that is renewed while somebody looks."""
    return render(request, "web/dashboard/_now.html", _parts())


@may(May.ACT)
@require_POST
def pause(request: HttpRequest) -> HttpResponse:
    """Stop everything, a connection or a rule before its next write."""
    return _turn(request, pausing.pause, _("%(what)s is paused: nothing more is written."))


@may(May.DECIDE)
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Go on with what was paused, or stopped by itself."""
    return _turn(request, pausing.resume, _("%(what)s goes on."))


def _turn(request: HttpRequest, turn: Any, says: str) -> HttpResponse:
    name = request.POST.get("what") or None
    try:
        turn(name, who(request))
    except pausing.NotFoundError as error:
        messages.error(request, said(error))
    else:
        messages.success(request, says % {"what": name or _("Everything")})
    return redirect("web:dashboard")


def _parts() -> Mapping[str, Any]:
    paused = pauses.every()
    held = plans.held()
    return {
        "waiting": board.waiting(),
        "asking": board.asking(),
        "to_review": len(held),
        "chart": chart(board.days(DAYS)),
        "days": DAYS,
        "plans": held[:PLANS_SHOWN],
        "more_plans": len(held) - PLANS_SHOWN,
        "everything": next((one for one in paused if not one.connection and not one.rule), None),
        "shown_connections": [_shown(row, paused) for row in connections.every()],
        "shown_rules": [_shown_rule(row, paused) for row in rules.every()],
    }


def _shown(row: Connection, paused: Sequence[Pause]) -> ShownConnection:
    by = next((one.by for one in paused if one.connection_id == row.pk), "")
    if by:
        return ShownConnection(row, "paused", by)
    return ShownConnection(row, "stopped" if row.paused_reason else "works")


def _shown_rule(row: Rule, paused: Sequence[Pause]) -> ShownRule:
    by = next((one.by for one in paused if one.rule_id == row.pk), "")
    state = "on" if row.enabled else "off"
    if row.stopped_reason:
        state = "stopped"
    elif by:
        state = "paused"
    at_once = row.enabled and schedule_of(row).when.at_once
    return ShownRule(row, state, by, at_once, row.next_run_at if row.enabled else None)


urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("-/now/", now, name="dashboard_now"),
    path("pause/", pause, name="pause"),
    path("resume/", resume, name="resume"),
]
