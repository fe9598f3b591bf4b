"""The door for mail: SMTP, or the practice mailbox."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, SiteError, TransientError, UnknownOutcome
from latchkey.remote.http import is_loopback
from latchkey.remote.secrets import Secret


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. `html` empty: text only."""

    to: str
    subject: str
    text: str
    html: str = ""


class Mailer(Protocol):
    """Sends mail. Raises RejectedError, TransientError, UnknownOutcome or SiteError."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over to the transport."""


class Smtp:
    """`smtp://[user:password@]host[:port]` with STARTTLS where offered, or `smtps://…`."""

    def __init__(self, url: str, sender: str, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise SiteError("LATCHKEY_SMTP_URL has to read like smtp://user:password@host:587.")
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname
        self._port = parts.port or (465 if self._secure else 587)
        self._user = unquote(parts.username or "")
        self._password = Secret(unquote(parts.password or ""))
        self._sender = sender
        self._timeout = timeout

    def send(self, mail: Mail) -> None:
        """Hand one mail over to the mail server."""
        message = _message(mail, self._sender)
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise TransientError(
                f"The mail server {self._host} cannot be used: {type(error).__name__}."
            ) from None
        try:
            with server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused:
            raise RejectedError(f"The mail server refused the address {mail.to}.") from None
        except smtplib.SMTPResponseException as error:
            raise TransientError(
                f"The mail server answered {error.smtp_code} to the mail."
            ) from None
        except (OSError, smtplib.SMTPException):
            raise UnknownOutcome("The mail server's answer was lost.") from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
            self._start_tls(server, context)
        if self._user:
            server.login(self._user, self._password.reveal())
        return server

    def _start_tls(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif self._user and not is_loopback(self._host):
            server.close()
            raise SiteError(
                f"{self._host} offers no encryption, and the password would be readable by others. "
                "Use smtps:// or a server with STARTTLS."
            )


class PracticeMailbox:
    """Puts mails into the mailbox of the practice systems, so that a newcomer can read them."""

    def __init__(self, url: str, doors: Doors) -> None:
        self._door = doors.http(url)

    def send(self, mail: Mail) -> None:
        """Hand one mail over to the practice mailbox."""
        body = {"to": mail.to, "subject": mail.subject, "text": mail.text, "html": mail.html}
        answer = self._door.send("POST", "/mailbox/messages", json=body)
        if answer.status not in {200, 201}:
            raise answer.unexpected()

    def close(self) -> None:
        """Let go of connections."""
        self._door.close()


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(">") or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
