"""Whether a message to a hook comes from somebody who knows a secret of it."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from standardwebhooks import Webhook, WebhookVerificationError

from latchkey.remote.secrets import Secret

PREFIX = "whsec_"
BEARER = "bearer "
SIGNED_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
LONGEST_ID = 200


class Unproved(Exception):  # noqa: N818 - it is what the message is
    """The message does not prove where it comes from. The text quotes none of it."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proved a message. `id` is empty, and `timestamp` too, for a bearer token."""

    id: str = ""
    timestamp: str = ""


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """The secrets of one hook; several of a kind while they are being replaced."""

    signing: tuple[Secret, ...] = ()
    tokens: tuple[Secret, ...] = ()

    @classmethod
    def of(cls, secrets: Mapping[str, Secret]) -> "HookSecrets":
        """From the credentials of a connection: `hook_secret`, `hook_token`, by commas."""
        return cls(
            _several(secrets.get("hook_secret")),
            _several(secrets.get("hook_token")),
        )


def prove(headers: Mapping[str, str], body: bytes, secrets: HookSecrets) -> Proof:
    """What proves the message. `headers` have lower-case names. Unproved when nothing does.

    A signature is Standard Webhooks': HMAC-SHA256 over "id.timestamp.body", within 5 minutes.
    """
    if "webhook-signature" in headers:
        return _signed(headers, body, secrets.signing)
    given = headers.get("authorization", "")
    if not given.lower().startswith(BEARER):
        raise Unproved("it is not signed and has no bearer token")
    if not is_one_of(given[len(BEARER) :].strip(), secrets.tokens):
        raise Unproved("its bearer token is not ours")
    return Proof()


def is_one_of(given: str, secrets: Iterable[Secret]) -> bool:
    """Whether the text is one of the secrets; takes equally long whichever it resembles."""
    return any(
        # A list: a generator would end at the first that fits, and so tell which it was.
        [hmac.compare_digest(given.encode(), secret.reveal().encode()) for secret in secrets]  # noqa: C419 - see above
    )


def _signed(headers: Mapping[str, str], body: bytes, secrets: Iterable[Secret]) -> Proof:
    signed = {name: headers.get(name, "") for name in SIGNED_HEADERS}
    if len(signed["webhook-id"]) > LONGEST_ID:
        raise Unproved("its id is too long")
    for secret in secrets:
        try:
            Webhook(_key(secret)).verify(body, signed, json_parse=False)
        except (WebhookVerificationError, ValueError, OverflowError):
            # The library lets pass what its parsing raises: of base64, numbers and text.
            continue
        return Proof(signed["webhook-id"], signed["webhook-timestamp"])
    raise Unproved("no secret of ours gives its signature, or its time is not now")


def _key(secret: Secret) -> bytes:
    """The bytes to sign with: of base64 behind "whsec_", else the text itself. ValueError."""
    written = secret.reveal()
    if not written.startswith(PREFIX):
        return written.encode()
    bare = written.removeprefix(PREFIX).rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        raise ValueError("a hook secret is no base64") from None


def _several(secret: Secret | None) -> tuple[Secret, ...]:
    if secret is None:
        return ()
    parts = (part.strip() for part in secret.reveal().split(","))
    return tuple(Secret(part) for part in parts if part)
