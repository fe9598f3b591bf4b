"""The welcome page: from a form of the CRM to one's account. It never says whether somebody exists.

A GET does nothing, for mail scanners follow links; the button acts, once for each checksum.
"""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from latchkey.service import visiting
from latchkey.service.visiting import Shown, TooManyVisitsError, UsedError
from latchkey.store.models import Visit
from latchkey.web.installation import installation
from latchkey.web.permissions import open_to_anyone
from latchkey.web.surroundings import surroundings

COOKIE = "welcome"
COOKIE_SECONDS = 3600
TOO_MANY = 429


@open_to_anyone
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """A button; pressed, a visit that the browser follows by a cookie."""
    given = request.POST if request.method == "POST" else request.GET
    shown = Shown(given.get("rule", ""), given.get("cid", ""), given.get("cs", ""))
    if request.method != "POST":
        return render(request, "web/welcome/ask.html", {"shown": shown})
    token = secrets.token_urlsafe(32)
    try:
        visiting.ask(installation(), shown, token, request.META.get("REMOTE_ADDR", ""))
    except TooManyVisitsError:
        seconds = str(int(visiting.WINDOW.total_seconds()))
        answer = render(request, "web/welcome/wait.html", status=TOO_MANY)
        answer.headers["Retry-After"] = seconds
        return answer
    except UsedError:
        # The button was pressed twice, or the page loaded anew: the first time counts.
        return redirect("web:welcome_visit")
    surroundings().wake()
    answer = redirect("web:welcome_visit")
    answer.set_cookie(
        COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return answer


@open_to_anyone
@never_cache
@require_safe
def follow(request: HttpRequest) -> HttpResponse:
    """How the visit goes on; the same words for everybody who gets no account just now."""
    visit = visiting.found(request.COOKIES.get(COOKIE, ""))
    state = Visit.State.ENDED if visit is None else Visit.State(visit.state)
    if state == Visit.State.ENTERED and request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(reverse("web:welcome_enter"))
    is_waiting = state in Visit.UNDER_WAY
    shown = {"state": state, "is_waiting": is_waiting, "is_let_in": state == Visit.State.ENTERED}
    part = "_now" if request.headers.get("HX-Request") else "follow"
    return render(request, f"web/welcome/{part}.html", shown)


@open_to_anyone
@never_cache
@require_safe
def enter(request: HttpRequest) -> HttpResponse:
    """Straight in, once."""
    link = visiting.link_for(installation(), request.COOKIES.get(COOKIE, ""))
    return redirect(link) if link else redirect("web:welcome_visit")


urlpatterns = [
    path("welcome", ask, name="welcome"),
    path("welcome/visit", follow, name="welcome_visit"),
    path("welcome/enter", enter, name="welcome_enter"),
]
