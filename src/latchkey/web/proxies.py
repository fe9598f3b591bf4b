"""Whose request it is, where servers stand before us that pass requests on."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class BehindProxies:
    """Middleware: REMOTE_ADDR is the person's address, as far as the proxies that we have tell it.

    Each proxy appends to X-Forwarded-For whom it was asked by, so with n of them the n-th address
    from the end is the person's; what stands before it anybody may have written.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, with the address of who asked the first of our proxies."""
        number: int = settings.LATCHKEY_PROXIES
        if number:
            said = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            told = said[-number].strip() if len(said) >= number else ""
            if _is_address(told):
                request.META["REMOTE_ADDR"] = told
        return self._get_response(request)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
