"""Webhooks: where a CRM says that something changed, and how it signs that."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from latchkey.remote.secrets import KeyringError
from latchkey.service import hook_secrets
from latchkey.store import connections
from latchkey.store.models import Connection
from latchkey.web.asking import who
from latchkey.web.installation import installation
from latchkey.web.permissions import May, may
from latchkey.web.wording import said

NAMES = {"signing": hook_secrets.SIGNING, "token": hook_secrets.TOKEN}


@dataclass(frozen=True, slots=True)
class Hook:
    """The hook of a CRM: its address, and which of the two proofs it takes."""

    row: Connection
    address: str
    signs: bool
    has_token: bool


@may(May.READ)
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every CRM with the address of its hook."""
    return render(request, "web/hooks_page/list.html", {"hooks": _hooks(request)})


@may(May.ADMINISTER)
@require_POST
@never_cache
def rotate(request: HttpRequest, name: str) -> HttpResponse:
    """Make a new secret; it is shown on this page and never again."""
    crm = connections.find(Connection.Role.CRM, name)
    which = NAMES.get(request.POST.get("which", "signing"))
    if crm is None or which is None:
        raise Http404
    try:
        made = hook_secrets.rotate(installation(), crm, which, who(request))
    except (hook_secrets.HookSecretError, KeyringError) as error:
        messages.error(request, said(error))
        return redirect("web:webhooks")
    parts: dict[str, Any] = {"hooks": _hooks(request), "made": made, "made_for": crm.name}
    return render(request, "web/hooks_page/list.html", parts)


def _hooks(request: HttpRequest) -> list[Hook]:
    start = settings.LATCHKEY_URL or request.build_absolute_uri("/").rstrip("/")
    return [
        Hook(
            row,
            f"{start}/hooks/{row.name}",
            hook_secrets.SIGNING in row.sealed,
            hook_secrets.TOKEN in row.sealed,
        )
        for row in connections.every()
        if row.role == Connection.Role.CRM
    ]


urlpatterns = [
    path("webhooks/", webhooks, name="webhooks"),
    path("webhooks/<slug:name>/rotate/", rotate, name="webhook_rotate"),
]
