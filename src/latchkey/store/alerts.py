"""What chosen users are to be told by mail, once for each thing."""

from latchkey.store.clock import now
from latchkey.store.models import Alert, Connection, Rule, User


def about(stopped: Connection | Rule) -> str:
    """What an alert that it does not work is about."""
    return f"{'rule' if isinstance(stopped, Rule) else 'connection'} {stopped.pk}"


def raise_alert(about: str, subject: str, text: str) -> None:
    """Note something to be told; the same thing (`about`) is told once."""
    Alert.objects.get_or_create(
        about=about[:200], defaults={"subject": subject[:200], "text": text, "at": now()}
    )


def once(about: str) -> bool:
    """Whether the caller is the first to do what is done once; it is on record from now on."""
    said = {"subject": about, "text": "", "at": now(), "sent_at": now()}
    _, is_first = Alert.objects.get_or_create(about=about[:200], defaults=said)
    return is_first


def is_known(about: str) -> bool:
    """Whether the thing is on record."""
    return Alert.objects.filter(about=about[:200]).exists()


def settle(about: str) -> None:
    """The thing is over: when it happens again it is told again."""
    Alert.objects.filter(about=about[:200]).delete()


def unsent() -> list[Alert]:
    """What is still to be told, oldest first."""
    return list(Alert.objects.filter(sent_at__isnull=True).order_by("at"))


def mark_sent(alert: Alert) -> None:
    """It was handed to the transport."""
    Alert.objects.filter(pk=alert.pk).update(sent_at=now())


def addresses(*, digest: bool) -> list[str]:
    """The addresses of the active users who chose the daily digest, or the mails at once."""
    chosen = {"digest": True} if digest else {"at_once": True}
    users = User.objects.filter(is_active=True, **chosen).exclude(email="")
    return sorted(set(users.values_list("email", flat=True)))
