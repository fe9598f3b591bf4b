"""Whether this process is alive, and whether it can do its work."""

from collections.abc import Iterator

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from latchkey.store import vital_signs
from latchkey.web.permissions import open_to_anyone
from latchkey.web.surroundings import surroundings


@open_to_anyone
@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """`/healthz`: 200 while the process answers."""
    return JsonResponse({"alive": True})


@open_to_anyone
@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """`/readyz`: 200 when it can work, also with no connection configured; 503 with reasons."""
    reasons = list(_reasons())
    return JsonResponse({"ready": not reasons, "reasons": reasons}, status=503 if reasons else 200)


def _reasons() -> Iterator[str]:
    try:
        if not vital_signs.is_up_to_date():
            yield "the database lacks tables of this version"
    except DatabaseError as error:
        yield f"the database cannot be reached ({type(error).__name__})"
    is_ticking = surroundings().is_ticking
    if is_ticking is not None and not is_ticking():
        yield "the worker has not looked for work for a while"
