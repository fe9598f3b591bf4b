"""Help: the guide, in the application."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from latchkey.web import guide
from latchkey.web.permissions import May, may


@may(May.READ)
def help_pages(request: HttpRequest) -> HttpResponse:
    """The first page of the guide, with the way to all others."""
    return help_page(request, guide.names()[0])


@may(May.READ)
def help_page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the guide."""
    found = guide.page(name)
    if found is None:
        raise Http404
    pages = [one for one in map(guide.page, guide.names()) if one is not None]
    parts = {"page": found, "chapters": _chapters(pages)}
    return render(request, "web/help/page.html", parts)


def _chapters(pages: Sequence[guide.Page]) -> list[tuple[Any, list[guide.Page]]]:
    """The pages below the heads that they stand under in the list."""
    heads = {
        "guide": _("Guide"),
        "connectors": _("CRM and sites"),
        "": _("For who runs it"),
    }
    return [
        (head, [one for one in pages if one.name.rpartition("/")[0] == folder])
        for folder, head in heads.items()
    ]


urlpatterns = [
    path("help/", help_pages, name="help"),
    path("help/<path:name>/", help_page, name="help_page"),
]
