"""What web servers and caches say when they lost the answer of the system behind them."""

BAD_GATEWAY, UNAVAILABLE, GATEWAY_TIMEOUT = 502, 503, 504
LOST = frozenset({BAD_GATEWAY, GATEWAY_TIMEOUT})
# Varnish says 503 where others say 502 or 504, and "Retry-After: 5" whatever was asked.
OF_VARNISH = b"Backend fetch failed"


def was_lost(status: int, body: bytes) -> bool:
    """Whether the system may have done what was asked."""
    return status in LOST or (status == UNAVAILABLE and OF_VARNISH in body)
