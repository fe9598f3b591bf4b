"""Mails to the users who chose them: at once, and a daily digest."""

from latchkey.remote.errors import RejectedError, RemoteError, TransientError
from latchkey.remote.mail import Mail, Mailer
from latchkey.store import alerts
from latchkey.store.standing import Standing, standing


def send_alerts(mailer: Mailer, address: str) -> None:
    """Tell what is new to those who want it at once; `address` is Latchkey's own, for links.

    What cannot be sent now is tried again. RemoteError when the transport is not usable.
    """
    recipients = alerts.addresses(digest=False)
    for alert in alerts.unsent():
        text = f"{alert.text}\n\n{address}\n" if address else f"{alert.text}\n"
        _send(mailer, recipients, f"Latchkey: {alert.subject}", text)
        alerts.mark_sent(alert)


def send_digest(mailer: Mailer, address: str) -> None:
    """Tell how things stand to those who want it daily; nothing when nothing waits for anybody."""
    recipients = alerts.addresses(digest=True)
    now = standing()
    if recipients and now.needs_somebody:
        _send(mailer, recipients, "Latchkey: what waits for you", digest(now, address))


def digest(now: Standing, address: str) -> str:
    """The text of the daily mail."""
    lines = [
        f"{now.held} contacts are held for a decision",
        f"{now.failed} contacts were given up",
        f"{now.refused} contacts are refused for now",
        f"{now.plans} plans wait for a review",
    ]
    paused = [f"paused: {name}, because {reason}" for name, reason in now.paused]
    return "\n".join([*lines, *paused, "", address, ""])


def _send(mailer: Mailer, recipients: list[str], subject: str, text: str) -> None:
    refused: list[RemoteError] = []
    for recipient in recipients:
        try:
            mailer.send(Mail(recipient, subject, text))
        except (RejectedError, TransientError) as error:
            # To begin anew for one of them would tell the others twice.
            refused.append(error)
    if refused and len(refused) == len(recipients):
        raise refused[0]
