"""The far side of the wire: one connection to the target, and what it answered."""

import select
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import cast
from urllib.parse import urlsplit

from fakes.faults import Headers, Request

HOP_BY_HOP = frozenset(
    (
        "connection",
        "expect",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
REWRITTEN_INWARD = frozenset(("origin", "referer"))
REWRITTEN_OUTWARD = frozenset(("location", "content-location", "link"))
TARGET_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; an empty `reason` is filled in by the status."""

    status: int
    reason: str
    headers: Headers
    body: bytes


class Target:
    """A kept-alive connection to the target; `opened` and `closed` are told of each socket."""

    def __init__(
        self,
        url: str,
        opened: Callable[[socket.socket], None],
        closed: Callable[[socket.socket], None],
    ) -> None:
        self._netloc = urlsplit(url).netloc
        self._line = HTTPConnection(self._netloc, timeout=TARGET_TIMEOUT)
        self._opened = opened
        self._closed = closed

    def ask(self, request: Request, headers: Headers) -> Answer | None:
        """Return the target's whole answer; None where it gave none, or not all of it."""
        try:
            self._reach()
            self._line.putrequest(
                request.method, request.path, skip_host=True, skip_accept_encoding=True
            )
            for name, content in (("Host", self._netloc), *headers):
                self._line.putheader(name, content.encode("latin-1"))
            self._line.endheaders(request.body or None)
            response = self._line.getresponse()
            body = response.read()
        except (ConnectionError, TimeoutError, HTTPException):
            self.leave()
            return None
        return Answer(response.status, response.reason, tuple(response.getheaders()), body)

    def leave(self) -> None:
        if self._line.sock is not None:
            self._closed(self._line.sock)
        self._line.close()

    def _reach(self) -> None:
        """Connect where needed; a connection that the target has closed is not written to.

        A request is never sent twice: the target may have acted on the first one.
        """
        if self._line.sock is not None and select.select([self._line.sock], [], [], 0)[0]:
            self.leave()
        if self._line.sock is None:
            self._line.connect()
            self._opened(cast("socket.socket", self._line.sock))  # as `connect` leaves it


def headers_inward(request: Request, wire_url: str, target_url: str) -> Headers:
    """The client's headers as the target is to see them, without `Host`."""
    kept = tuple(
        (name, content.replace(wire_url, target_url) if _in(name, REWRITTEN_INWARD) else content)
        for name, content in request.headers
        if not _in(name, HOP_BY_HOP | {"host", "content-length"})
    )
    bodily = request.body or request.method in ("POST", "PUT", "PATCH")
    return (*kept, ("Content-Length", str(len(request.body)))) if bodily else kept


def headers_outward(headers: Headers, wire_url: str, target_url: str) -> Headers:
    """The target's headers as the client is to see them; `Content-Length` stays for HEAD."""
    return tuple(
        (name, content.replace(target_url, wire_url) if _in(name, REWRITTEN_OUTWARD) else content)
        for name, content in headers
        if not _in(name, HOP_BY_HOP)
    )


def _in(name: str, names: frozenset[str]) -> bool:
    return name.lower() in names
