"""Logs go to stderr, beside the outcome: a JSON object a line, or for people on a terminal.

What is bound with `structlog.contextvars` (run, rule, contact, attempt, task) is in every line.
No secret is: neither by its type, nor by its name, nor where a text shows one.
"""

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import stamina.instrumentation
import structlog
from structlog.typing import EventDict, Processor

from latchkey.project.home import CSRF_COOKIE, SESSION_COOKIE
from latchkey.remote.secrets import Secret

REMOVED = "[removed]"
SECRET_NAMES = frozenset(
    {
        "access_token",
        "api_key",
        "apikey",
        "authorization",
        "body",
        "checksum",
        "client_secret",
        "cookie",
        "csrftoken",
        "encryption_keys",
        "hash",
        "hook_secret",
        "hook_token",
        "password",
        "private_key",
        "proxy_authorization",
        "refresh_token",
        "secret",
        "secret_key",
        "sessionid",
        "set_cookie",
        "site_key",
        "token",
        "webhook_signature",
        "x_civi_auth",
        "x_civi_key",
        "x_csrf_token",
        "x_csrftoken",
        "x_joomla_token",
    }
)
# A name that an installation's mark ends.
_SECRET_BEGINNINGS = (SESSION_COOKIE, CSRF_COOKIE)
# A credential within a text: of a header, and of an address.
_SHOWN = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}|(?<=://)[^\s/@]+@")


def configure(
    *, level: int = logging.INFO, stream: TextIO | None = None, terminal: bool | None = None
) -> None:
    """Log to stderr, or to `stream`. `terminal` None looks whether somebody sits there."""
    out = sys.stderr if stream is None else stream
    shown: Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if (out.isatty() if terminal is None else terminal)
        else structlog.processors.JSONRenderer(default=str, ensure_ascii=False)
    )
    ours = [*_annotations(), remove_secrets, shown]
    structlog.configure(
        processors=ours,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _take_in_others(out, shown)
    # What is tried again is no news; what has failed at last is said in our own words.
    stamina.instrumentation.set_on_retry_hooks([])


def remove_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: what must not be written is replaced, at any depth."""
    return {name: _clean(name, value) for name, value in event.items()}


def _annotations() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]


def _take_in_others(out: TextIO, shown: Processor) -> None:
    """What libraries log by the standard library comes out in the same form."""
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_annotations(), structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                remove_secrets,
                shown,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


def _clean(name: object, value: object) -> object:
    if isinstance(value, Secret) or _is_secret(name):
        return REMOVED
    return _clean_value(value)


def _clean_value(value: object) -> Any:
    match value:
        case Secret():
            return REMOVED
        case str():
            return _SHOWN.sub(lambda found: f"{found[1] or ''}{REMOVED}", value)
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"
        case Mapping():
            return {name: _clean(name, one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean_value(one) for one in value]
        case _:
            return value


def _is_secret(name: object) -> bool:
    if not isinstance(name, str):
        return False
    plain = name.lower().replace("-", "_")
    return plain in SECRET_NAMES or plain.startswith(_SECRET_BEGINNINGS)
