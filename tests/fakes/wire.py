"""A wire between a client and a real or stand-in system, which fails the way networks fail.

`Wire(target_url)` is an HTTP/1.1 reverse proxy on loopback. Whatever no fault was planned for
passes unchanged, with keep-alive on both sides. Only what carries the target's own address is
rewritten: `Host`, `Origin`, `Referer` inward; `Location`, `Content-Location`, `Link` outward.

    with Wire(site.url) as wire:
        wire.inject(LoseAnswer(), on=requests("POST", "/users"), when=nth(1))
        ...  # talk to wire.url; wire.acts tells what was done
"""

import select
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self, assert_never

from fakes.faults import (
    Act,
    AnswerThenStatus,
    CutBody,
    Fault,
    Html,
    LoseAnswer,
    Pass,
    Refuse,
    Request,
    Stall,
    Status,
    When,
    Which,
    always,
    anything,
)
from fakes.forwarding import Answer, Target, headers_inward, headers_outward

HTML = (("Content-Type", "text/html; charset=UTF-8"),)
Pace = Callable[[Request], float]
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


def at_once(_request: Request) -> float:
    """The pace of a wire that keeps nothing back."""
    return 0.0


@dataclass(slots=True)
class _Planned:
    fault: Fault
    which: Which
    when: When
    seen: int = 0

    def chooses(self, request: Request) -> bool:
        if not self.which(request):
            return False
        self.seen += 1
        return self.when(self.seen)


class Wire:
    """The proxy; listens from `__enter__` to `__exit__`, which raises what went wrong inside it."""

    def __init__(self, target_url: str, pace: Pace = at_once) -> None:
        """`pace` says how many seconds an answer is kept back, for a target that is too fast."""
        self.target_url = target_url.rstrip("/")
        self.pace = pace
        self._lock = threading.Lock()
        self._stopping = False
        self._planned: list[_Planned] = []
        self._acts: list[Act] = []
        self._errors: list[Exception] = []
        self._sockets: set[socket.socket] = set()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def acts(self) -> tuple[Act, ...]:
        """All that was done so far; an act is listed before its answer is sent."""
        with self._lock:
            return tuple(self._acts)

    def counts(self) -> Counter[type[Fault]]:
        """How often each kind of fault was applied, `Pass` included."""
        return Counter(type(act.fault) for act in self.acts)

    def inject(self, fault: Fault, on: Which = anything, when: When = always) -> None:
        """Plan a fault; of several that choose a request the one planned first is applied."""
        with self._lock:
            self._planned.append(_Planned(fault, on, when))

    def mend(self) -> None:
        """Forget every planned fault."""
        with self._lock:
            self._planned.clear()

    def fault_for(self, request: Request) -> Fault:
        with self._lock:
            chosen = [one.fault for one in self._planned if one.chooses(request)]
        return chosen[0] if chosen else Pass()

    def record(self, act: Act) -> None:
        with self._lock:
            self._acts.append(act)

    def record_error(self, error: Exception) -> None:
        with self._lock:
            self._errors.append(error)

    def opened(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.add(sock)
            if self._stopping:  # accepted just before the end: `__exit__` has missed it
                _hang_up(sock)

    def closed(self, sock: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(sock)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        with self._lock:
            self._stopping = True
            for sock in self._sockets:
                _hang_up(sock)
        self._server.server_close()  # joins the threads of all connections
        if self._errors:
            raise ExceptionGroup("the wire itself failed", self._errors)


def _hang_up(sock: socket.socket) -> None:
    with suppress(OSError):  # the other side may have hung up first
        sock.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        super().__init__(("127.0.0.1", 0), _Connection)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - the library's signature
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.wire.record_error(error)


class _Connection(BaseHTTPRequestHandler):
    """One client's connection, with its own connection to the target."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.wire = self.server.wire
        self.target = Target(self.wire.target_url, self.wire.opened, self.wire.closed)
        self.wire.opened(self.connection)

    def finish(self) -> None:
        self.target.leave()
        self.wire.closed(self.connection)
        super().finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keep quiet: `Wire.acts` is the log."""

    def serve(self) -> None:
        request = Request(self.command, self.path, tuple(self.headers.items()), self._body())
        fault = self.wire.fault_for(request)
        match fault:
            case Pass() | LoseAnswer() | CutBody() | AnswerThenStatus():
                self._forward(request, fault)
            case Refuse() | Stall() | Status() | Html():
                self.wire.record(Act(request, fault, forwarded=False, target_status=None))
                self._answer_alone(fault)
            case never:
                assert_never(never)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve  # noqa: N815 - the library finds the method by its name

    def _answer_alone(self, fault: Refuse | Stall | Status | Html) -> None:
        match fault:
            case Refuse():
                self.close_connection = True
            case Stall(seconds):
                self._wait(seconds)
                self.close_connection = True
            case Status(code, headers, body):
                self._send(Answer(code, "", headers, body))
            case Html(body):
                self._send(Answer(HTTPStatus.OK, "", HTML, body))
            case never:
                assert_never(never)

    def _forward(
        self, request: Request, fault: Pass | LoseAnswer | CutBody | AnswerThenStatus
    ) -> None:
        inward = headers_inward(request, self.wire.url, self.wire.target_url)
        answer = self.target.ask(request, inward)
        if (held := self.wire.pace(request)) > 0:
            self._wait(held)
        status = answer.status if answer else None
        self.wire.record(Act(request, fault, forwarded=True, target_status=status))
        if answer is None:
            self.close_connection = True
            return
        match fault:
            case Pass():
                self._send(answer)
            case LoseAnswer(hold):
                self._wait(hold)
                self.close_connection = True
            case CutBody():
                self._send(answer, cut=True)
            case AnswerThenStatus(code, body):
                self._send(Answer(code, "", HTML, body))
            case never:
                assert_never(never)

    def _wait(self, seconds: float) -> None:
        """Wait, but no longer than the client does: its closing makes the socket readable."""
        select.select([self.connection], [], [], seconds)

    def _send(self, answer: Answer, *, cut: bool = False) -> None:
        headers = headers_outward(answer.headers, self.wire.url, self.wire.target_url)
        self.send_response_only(answer.status, answer.reason or None)
        for name, content in headers:
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, content)
        silent = self.command == "HEAD" or answer.status in BODILESS
        if not silent:
            # An empty body cannot be halved: it is announced as one byte that never comes.
            self.send_header("Content-Length", str(max(len(answer.body), 1 if cut else 0)))
        if cut:
            self.close_connection = True
        body = answer.body[: len(answer.body) // 2] if cut else answer.body
        self._write(b"" if silent else body)

    def _write(self, body: bytes) -> None:
        """Send head and body in one piece: two would wait for each other's acknowledgement."""
        self._headers_buffer: list[bytes]
        head = b"".join(self._headers_buffer) + b"\r\n"
        self._headers_buffer = []
        self.wfile.write(head + body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return b"".join(iter(self._chunk, b""))
        return self._exactly(int(self.headers.get("Content-Length", 0)))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        chunk = self._exactly(size)
        self.rfile.readline()
        return chunk

    def _exactly(self, size: int) -> bytes:
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionAbortedError("the client left in the middle of its request")
        return body
