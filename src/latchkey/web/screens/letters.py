"""The mail of a rule or an import that is being typed, as a mail program would show it."""

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from latchkey.web.import_typing import import_typing
from latchkey.web.importing import found
from latchkey.web.letter_preview import LetterPreview
from latchkey.web.permissions import May, may
from latchkey.web.rule_typing import typing_of

# The mail's own styles count in its frame, which runs no script and loads nothing.
STYLES = {"style-src": ["'self'", "'unsafe-inline'"]}


@may(May.ADMINISTER)
@require_POST
def of_rule(request: HttpRequest) -> HttpResponseBase:
    """The mail of a rule."""
    return _shown(request, typing_of(request.POST).letter)


@may(May.ACT)
@require_POST
def of_import(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail of an import."""
    return _shown(request, import_typing(found(pk), request.POST).letter)


def _shown(request: HttpRequest, letter: LetterPreview) -> HttpResponseBase:
    @csp_update(STYLES)
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "web/rules/letter.html", {"seen": letter})

    return page(request)


urlpatterns = [
    path("rules/-/letter/", of_rule, name="rule_letter"),
    path("imports/<int:pk>/-/letter/", of_import, name="import_letter"),
]
