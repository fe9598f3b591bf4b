"""A mail server on loopback that answers as a test says, and keeps what it took."""

import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

ANSWERS = {"EHLO": "250 here", "DATA": "354 go on", "QUIT": "221 bye"}


@dataclass
class MailServer:
    """`answers` are by verb, or by "end" for the dot after the mail; "" cuts the connection."""

    answers: Mapping[str, str]
    recipients: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    port: int = 0

    def converse(self, read: Callable[[], bytes], write: Callable[[bytes], object]) -> None:
        """One conversation, to its end."""
        write(b"220 here\r\n")
        while line := read().decode():
            verb = line[:4].strip().upper()
            answer = self.answers.get(verb, ANSWERS.get(verb, "250 fine"))
            if verb == "RCPT":
                self.recipients.append(line.partition(":")[2].split(">")[0].strip("<"))
            if verb == "DATA" and answer.startswith("354"):
                write(answer.encode() + b"\r\n")
                self.mails.append(b"".join(iter(read, b".\r\n")))
                answer = self.answers.get("end", "250 taken")
            if not answer:
                return
            write(answer.encode() + b"\r\n")
            if verb == "QUIT":
                return


@contextmanager
def mail_server(**answers: str) -> Iterator[MailServer]:
    """A server that answers so, and well where nothing is said."""
    server = MailServer(answers)

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            server.converse(self.rfile.readline, self.wfile.write)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as listening:
        server.port = listening.server_address[1]
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        listening.shutdown()
