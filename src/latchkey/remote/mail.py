"""The door for mail: SMTP, or the practice mailbox."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default as mail_policy
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import unquote, urlsplit

from latchkey.remote.doors import Doors
from latchkey.remote.errors import (
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import is_loopback
from latchkey.remote.secrets import Secret

FOR_GOOD = 500


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
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise TransientError(
                f"The mail server {self._host} cannot be used: {type(error).__name__}."
            ) from None
        try:
            server.send_message(message, to_addrs=[mail.to])
        except (OSError, smtplib.SMTPException) as error:
            raise _not_sent(error, mail.to) from None
        finally:
            # Whatever it says to this, what became of the mail is known before.
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if not self._secure:
                self._start_tls(server, context)
            if self._user:
                server.login(self._user, self._password.reveal())
        except BaseException:
            server.close()
            raise
        return server

    def _start_tls(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=context)
        elif self._user and not is_loopback(self._host):
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


def _not_sent(error: OSError | smtplib.SMTPException, to: str) -> RemoteError:
    """What it means for this mail. RFC 5321: 4yz is a refusal for now, 5yz one for good."""
    match error:
        case smtplib.SMTPNotSupportedError():
            return RejectedError(f"The mail server takes no address with letters like {to}.")
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            if all(code < FOR_GOOD for code, _ in refused.values()):
                return TransientError(f"The mail server does not take mail for {to} now.")
            return RejectedError(f"The mail server refused the address {to}.")
        case smtplib.SMTPDataError(smtp_code=code) if code >= FOR_GOOD:
            return RejectedError(f"The mail server refused the mail to {to} with {code}.")
        case smtplib.SMTPResponseException(smtp_code=smtp_code):
            return TransientError(f"The mail server answered {smtp_code} to the mail.")
        case _:
            return UnknownOutcome("The mail server's answer was lost.")


def _message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as it travels. RejectedError when `to` is not one address and nothing else."""
    # Eight bits may only go to servers that say so, and spoil signatures where they are recoded.
    message = EmailMessage(mail_policy.clone(cte_type="7bit"))
    message["From"] = sender
    try:
        message["To"] = mail.to
        is_address = "@" in mail.to and [one.addr_spec for one in message["To"].addresses] == [
            mail.to
        ]
    except ValueError:  # it holds a line break
        is_address = False
    if not is_address:
        raise RejectedError(f"{mail.to!r} is not an address that mail can be sent to.")
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].strip(">") or None)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message
