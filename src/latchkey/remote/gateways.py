"""What web servers and caches say when they lost the answer of the system behind them."""

from httpx2 import codes

LOST = frozenset({codes.BAD_GATEWAY, codes.GATEWAY_TIMEOUT})
# Varnish says 503 where others say 502 or 504, and "Retry-After: 5" whatever was asked.
OF_VARNISH = b"Backend fetch failed"


def was_lost(status: int, body: bytes) -> bool:
    """Whether the system may have done what was asked."""
    return status in LOST or (status == codes.SERVICE_UNAVAILABLE and OF_VARNISH in body)
