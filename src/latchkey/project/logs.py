"""Where Latchkey writes what it did: beside the outcome, so that JSON stays alone on stdout."""

import logging
import sys

import structlog


def log_beside_the_outcome() -> None:
    """Send warnings and errors to stderr, one line each."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
