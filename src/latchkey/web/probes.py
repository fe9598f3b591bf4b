"""What watches over a process asks it by any name, and without logging in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve

PROBES = frozenset({"/healthz", "/readyz", "/metrics"})


class ProbesFirst:
    """Middleware: lets probes by before the host is checked.

    A cluster asks for an address of its own, which no list of ours has. The answers hold nothing
    that depends on the name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a probe; pass everything else on."""
        if request.path_info not in PROBES:
            return self._get_response(request)
        view, args, options = resolve(request.path_info)
        answer: HttpResponseBase = view(request, *args, **options)
        return answer
