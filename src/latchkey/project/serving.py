"""`latchkey serve`, `latchkey web` and `latchkey worker`: what runs all the time."""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import structlog
import typer

from latchkey.cli.output import say
from latchkey.cli.tools import tools
from latchkey.jobs.worker import STOP_SECONDS, THREADS
from latchkey.project import logging
from latchkey.project.working import Working, queue
from latchkey.remote.http import is_loopback
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.web import first_start
from latchkey.web import installation as web_installation
from latchkey.web import surroundings as web_surroundings
from latchkey.web.probes import PROBES
from latchkey.web.surroundings import Surroundings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"
PORT = 8000
WEB_THREADS = 8
APPLICATION = "latchkey.project.wsgi:application"

Host = Annotated[str, typer.Option(help="The address to listen at.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free.")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="How many tasks are done at once.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="Processes, where granian serves.")]

log = structlog.get_logger()


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command()(serve)
    app.command()(web)
    app.command()(worker)


def serve(
    context: typer.Context, *, host: Host = LOOPBACK, port: Port = PORT, threads: Threads = THREADS
) -> None:
    """Run the web application and a worker in one process."""
    logging.configure()
    ours = tools(context).installation
    carrier = queue()
    working = Working(ours, carrier, threads)
    web_installation.use(lambda: ours)
    _surround(
        Surroundings(
            wake=working.worker.wake,
            remember=carrier.remember,
            is_ticking=lambda: working.worker.is_ticking,
            environment=os.environ,
        )
    )
    server = _server(_application(), host, port)
    with _until_stopped(working):
        working.start()
        _say_where(_address(server))
        server.run()
    _end(working)


def web(
    context: typer.Context, *, host: Host = LOOPBACK, port: Port = PORT, processes: Processes = 1
) -> None:
    """Run the web application; workers run elsewhere."""
    logging.configure()
    ours = tools(context).installation
    if find_spec("granian") is not None:
        _serve_by_granian(host, port, processes)
        return
    web_installation.use(lambda: ours)
    server = _server(_application(), host, port)
    with _until_stopped():
        _say_where(_address(server))
        server.run()


def worker(
    context: typer.Context,
    *,
    threads: Threads = THREADS,
    host: Host = LOOPBACK,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Answer /healthz, /readyz and /metrics at this port."),
    ] = None,
) -> None:
    """Do the work that is due, beside other workers and the web application."""
    logging.configure()
    working = Working(tools(context).installation, queue(), threads)
    _surround(Surroundings(is_ticking=lambda: working.worker.is_ticking, environment=os.environ))
    if port is not None:
        server = _server(only_probes, host, port)
        Thread(target=server.run, name="probes", daemon=True).start()
        say(f"Probes are at {_address(server)}")
    with _until_stopped(working):
        working.start()
        say("The worker is at work.")
        Event().wait()
    _end(working)


def only_probes(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The web application without its pages, for a process that has none to show."""
    if environ.get("PATH_INFO") in PROBES:
        return _application()(environ, start_response)
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"There are no pages here.\n"]


def _surround(ours: Surroundings) -> None:
    web_surroundings.use(lambda: ours)


def _application() -> "WSGIApplication":
    from latchkey.project.wsgi import application  # noqa: PLC0415 - it loads all pages

    return application


def _server(served: "WSGIApplication", host: str, port: int) -> Any:
    """A server that already listens. ConfigurationError when it cannot."""
    import waitress  # type: ignore[import-untyped]  # noqa: PLC0415 - only for these commands; it carries no types

    own = urlsplit(os.environ.get("LATCHKEY_URL", ""))
    proxies = int(os.environ.get("LATCHKEY_PROXIES", "0"))
    behind_proxy = bool(proxies) or (own.hostname is not None and not is_loopback(own.hostname))
    options: dict[str, Any] = {"url_scheme": own.scheme or "http"}
    if proxies or (behind_proxy and is_loopback(host)):
        # Without a number: only a proxy of this machine can reach us, and it knows who asks.
        options |= {
            "trusted_proxy": "*" if proxies else host,
            "trusted_proxy_count": proxies or 1,
            "trusted_proxy_headers": {"x-forwarded-for"},
        }
    try:
        return waitress.create_server(
            served,
            host=host,
            port=port,
            threads=WEB_THREADS,
            ident=None,
            clear_untrusted_proxy_headers=behind_proxy,
            **options,
        )
    except (OSError, ValueError) as error:
        sentence = f"nothing can listen at {host}, port {port} ({error})."
        raise ConfigurationError([Problem("--port", sentence)]) from None


def _address(server: Any) -> str:
    """Where it listens; a name may stand for several addresses, of which this is the first."""
    listens = getattr(server, "effective_listen", None)
    name, port = listens[0] if listens else (server.effective_host, server.effective_port)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def _serve_by_granian(host: str, port: int, processes: int) -> None:
    """The application in processes of its own, each of which opens the installation again."""
    granian = import_module("granian")
    server = granian.Granian(
        APPLICATION,
        address=host,
        port=port,
        interface="wsgi",
        workers=processes,
        blocking_threads=WEB_THREADS,
        websockets=False,
        workers_kill_timeout=int(STOP_SECONDS),
    )
    _say_where(f"http://{f'[{host}]' if ':' in host else host}:{port}")
    server.serve()


def _say_where(address: str) -> None:
    """Where to go; the first time of all also the link that makes the first administrator."""
    say(f"Latchkey is at {address}")
    if link := first_start.link(os.environ.get("LATCHKEY_URL") or address):
        say(f"Nobody has an account here yet. Make the first administrator with {link}")


@contextmanager
def _until_stopped(working: Working | None = None) -> Iterator[None]:
    """SIGTERM and Ctrl-C end what is within; a worker is told at once, and not waited for."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        # A second signal is not to interrupt what the first one began.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if working is not None:
            working.leave()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    with suppress(SystemExit):
        yield


def _end(working: Working) -> None:
    """Let what was begun come to its end, but not for long: leases free what is left."""
    if working.stop(STOP_SECONDS):
        log.info("the worker has ended")
        return
    log.warning("the worker leaves its work to the leases")
    sys.stdout.flush()
    sys.stderr.flush()
    # What still runs would keep the interpreter from ending.
    os._exit(0)
