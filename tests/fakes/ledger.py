"""A site behind the wire that tells what reached it."""

import json

import httpx2
from werkzeug import Request as Incoming
from werkzeug import Response

LOST = (httpx2.RemoteProtocolError, httpx2.ReadError)
"""What a client raises when no answer came, or only half of one."""


class Ledger:
    """A site that writes each POST down before it answers."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.hosts: list[str] = []

    def answer(self, request: Incoming) -> Response:
        """All that was written so far, with two cookies."""
        self.hosts.append(request.host)
        if request.method == "POST":
            self.written.append(request.get_data(as_text=True))
        answer = Response(json.dumps({"written": self.written}), content_type="application/json")
        answer.headers.add("Set-Cookie", "first=1")
        answer.headers.add("Set-Cookie", "second=2")
        return answer
