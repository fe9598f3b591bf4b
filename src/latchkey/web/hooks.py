"""`POST /hooks/<connection>`: a CRM says that something changed. It only wakes the poller.

What the message says is neither believed nor kept, so that a stolen secret costs a poll.
"""

from hashlib import sha256

import structlog
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from latchkey.jobs.carrier import CarrierError
from latchkey.remote.secrets import KeyringError
from latchkey.service.waking import poll_now
from latchkey.store import connections
from latchkey.store.models import Connection
from latchkey.web.installation import installation
from latchkey.web.permissions import open_to_anyone
from latchkey.web.signatures import HookSecrets, Proof, Unproved, prove
from latchkey.web.surroundings import surroundings

LARGEST_BODY = 64 * 1024
# A signature may be dated 5 minutes ahead and is good for 5 minutes after that.
REPLAY_SECONDS = 600.0

log = structlog.get_logger()


@open_to_anyone
@csrf_exempt
@require_POST
def receive(request: HttpRequest, name: str) -> HttpResponse:
    """204 when the CRM is polled now; 401, 404, 405 or 413; 503 when it cannot be seen to."""
    crm = connections.find(Connection.Role.CRM, name)
    if crm is None:
        return HttpResponse(status=404)
    body = _body(request)
    if body is None:
        return HttpResponse(status=413)
    try:
        proof = prove(_headers(request), body, _secrets(crm))
        if _is_new(crm, proof):
            poll_now(crm)
            surroundings().wake()
    except Unproved as unproved:
        log.warning("hook refused", connection=str(crm), reason=str(unproved))
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    except (CarrierError, KeyringError) as error:
        log.error("hook not seen to", connection=str(crm), reason=str(error))  # noqa: TRY400 - an expected error, told in a sentence
        return HttpResponse(status=503)
    return HttpResponse(status=204)


def _body(request: HttpRequest) -> bytes | None:
    """None when it is too large; no more than that is read."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdigit() or int(declared) > LARGEST_BODY:
        return None
    body = request.read(LARGEST_BODY + 1)
    return body if len(body) <= LARGEST_BODY else None


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _secrets(crm: Connection) -> HookSecrets:
    return HookSecrets.of(connections.unseal(crm, installation().keyring))


def _is_new(crm: Connection, proof: Proof) -> bool:
    """False for a message that its sender repeats: it was seen to. Unproved for a copy of one.

    Only the sender can date its message anew, so the same id with the same time is a copy.
    """
    if not proof.id:
        return True
    key = f"hook {sha256(f'{crm.pk} {proof.id}'.encode()).hexdigest()}"
    seen = surroundings().remember(key, proof.timestamp, REPLAY_SECONDS)
    if seen == proof.timestamp:
        raise Unproved("it was received before")
    return seen is None
