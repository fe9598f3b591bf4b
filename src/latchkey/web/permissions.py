"""Who may do what: the table of product.md, in one place, asked before every view."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

from latchkey.store.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Somebody = User | AnonymousUser


class May(StrEnum):
    """What a screen or an act asks of a person."""

    READ = "read"
    ACT = "provision, retry, resend, import under the brake"
    DECIDE = "release plans, decide holds, undo"
    ADMINISTER = "connections, rules, users, settings"


# The least role that may; each role may what the ones before it may.
LEAST: Mapping[May, User.Role] = {
    May.READ: User.Role.VIEWER,
    May.ACT: User.Role.OPERATOR,
    May.DECIDE: User.Role.APPROVER,
    May.ADMINISTER: User.Role.ADMINISTRATOR,
}
_RANK = {role: rank for rank, role in enumerate(User.Role)}


def allows(somebody: Somebody, what: May) -> bool:
    """Whether this person may."""
    if not isinstance(somebody, User) or not somebody.is_active:
        return False
    return _RANK[User.Role(somebody.role)] >= _RANK[LEAST[what]]


def may(reading: May, writing: May | None = None) -> Callable[[View], View]:
    """Says what a view asks of a person; `writing` what a POST asks, where that is more."""

    def marked(view: View) -> View:
        view.may = (reading, writing or reading)  # type: ignore[attr-defined] # read by AskFirst
        return view

    return marked


def open_to_anyone(view: View) -> View:
    """Says that a view asks for nobody: it guards itself, or has nothing to guard."""
    view.login_required = False  # type: ignore[attr-defined] # Django's own mark, read by AskFirst
    return view


def asked_of(view: Callable[..., Any], method: str) -> May | None:
    """What a view asks for, None where it is open to anyone. A view without a mark is refused."""
    if not getattr(view, "login_required", True):
        return None
    marks = getattr(view, "may", None)
    if marks is None:
        raise PermissionDenied(f"{view} does not say who may open it")
    reading, writing = marks
    asked: May = reading if method in {"GET", "HEAD", "OPTIONS"} else writing
    return asked


class AskFirst:
    """Middleware: nothing is opened by somebody who may not, nor by anybody if it is not marked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: object, _kwargs: object
    ) -> HttpResponseBase | None:
        """None lets the view go on. PermissionDenied for somebody who may not."""
        what = asked_of(view, request.method or "GET")
        if what is None or allows(request.user, what):
            return None
        if request.user.is_authenticated:
            raise PermissionDenied(f"{request.path} asks for: {what}")
        return _to_login(request)


def _to_login(request: HttpRequest) -> HttpResponse:
    """The login page, which leads back; a part of a page cannot hold it, so the whole moves."""
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(redirect_to_login("/").url)
    wanted = request.get_full_path() if request.method == "GET" else "/"
    return redirect_to_login(wanted)
