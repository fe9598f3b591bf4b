"""The process: one WSGI application on waitress, and how it begins and ends."""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import TYPE_CHECKING

import waitress  # type: ignore[import-untyped]  # it carries no types
from werkzeug.wrappers import Request, Response

from latchkey.practice import civicrm, control, database, mailbox, pages, wordpress
from latchkey.practice.civicrm import app as crm
from latchkey.practice.mailbox import app as mails
from latchkey.practice.sites import PracticeSite
from latchkey.practice.wordpress import app as site
from latchkey.practice.wordpress import login

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 8
SCHEMAS = (wordpress.SCHEMA, civicrm.SCHEMA, mailbox.SCHEMA)

_Part = Callable[[Request], Response | None]
_ALWAYS: tuple[_Part, ...] = (control.respond, mails.respond)
_HOSTED: tuple[_Part, ...] = (crm.respond, site.respond)


def respond(request: Request) -> Response:
    """The answer of the first part of the practice world that knows the address."""
    if request.path == pages.STYLE_ADDRESS:
        return pages.style()
    for part in _ALWAYS:
        if (response := part(request)) is not None:
            return response
    if database.switch(database.connection(), "maintenance", default=False):
        return login.maintenance()
    for part in _HOSTED:
        if (response := part(request)) is not None:
            return response
    return login.not_found()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The practice world as a WSGI application."""
    request = Request(environ)
    return respond(request)(environ, start_response)


def application_of(part: PracticeSite) -> "WSGIApplication":
    """One further kind of site as a WSGI application, with the mailbox beside it."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        response = pages.style() if request.path == pages.STYLE_ADDRESS else None
        response = response or mails.respond(request) or part.respond(request)
        return (response or login.not_found())(environ, start_response)

    return application


def open_home(home: Path, *schemas: str) -> None:
    """Use the state in `home`, made where it is not there yet."""
    database.open_home(home, *(schemas or SCHEMAS))


def serve(
    port: int,
    *,
    die_with_parent: bool,
    application: "WSGIApplication" = application,
    besides: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Serve on loopback until SIGTERM; says its address in one line of JSON when it listens.

    `besides` is said in the same line.
    """
    server = waitress.create_server(application, host="127.0.0.1", port=port, threads=THREADS)
    signal.signal(signal.SIGTERM, _stop)
    if die_with_parent:
        threading.Thread(target=_watch_parent, daemon=True).start()
    announcement: dict[str, object] = {
        "url": f"http://127.0.0.1:{server.effective_port}",
        "pid": os.getpid(),
    }
    announcement |= besides
    print(json.dumps(announcement), flush=True)  # noqa: T201 - the one line that starters wait for
    server.run()


def _stop(_number: int, _frame: FrameType | None) -> None:
    # waitress ends its threads and closes its sockets on SystemExit.
    raise SystemExit(0)


def _watch_parent() -> None:
    """Standard input ends when whoever started this is gone, however it went."""
    # Below Python's own buffer, whose lock would be held while the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
