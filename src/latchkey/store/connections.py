"""Connections as they are kept: the credentials encrypted, the rest in the clear."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db.models import Q

from latchkey.remote.secrets import Keyring, Secret
from latchkey.store import alerts
from latchkey.store.clock import now
from latchkey.store.models import Connection

# The kind of the connection that stands for a file, where an import works without a CRM.
FILE = "file"


def find(role: Connection.Role, name: str) -> Connection | None:
    """The connection of this name, None when there is none."""
    # PostgreSQL answers a null character with an error.
    if "\x00" in name:
        return None
    return Connection.objects.filter(role=role, name=name).first()


def every() -> list[Connection]:
    """All connections, CRMs first, by name; those that stand for an uploaded file are none."""
    rows = Connection.objects.select_related("hosts_crm").exclude(kind=FILE)
    return list(rows.order_by("role", "name"))


def seal(connection: Connection, secrets: Mapping[str, Secret], keyring: Keyring) -> None:
    """Put the credentials into the connection, encrypted; it is not saved."""
    connection.sealed = {name: keyring.seal(secret) for name, secret in secrets.items()}


def unseal(connection: Connection, keyring: Keyring) -> dict[str, Secret]:
    """The credentials. KeyringError when they cannot be decrypted."""
    return {name: keyring.open(sealed) for name, sealed in connection.sealed.items()}


def mark(connection: Connection) -> str:
    """What a connection is opened with: another mark means that it has to be opened anew."""
    parts = (
        connection.key,
        connection.kind,
        connection.url,
        sorted(connection.settings.items()),
        sorted(connection.sealed.items()),
        connection.connections,
        connection.allow_http,
        connection.hosts_crm_id,
    )
    return sha256(repr(parts).encode()).hexdigest()


def pause(
    connection: Connection, reason: str, probe_at: datetime | None, probes_failed: int
) -> None:
    """Note that the connection is left alone until it is probed; None: until a person acts."""
    Connection.objects.filter(pk=connection.pk).update(
        paused_reason=reason, probe_at=probe_at, probes_failed=probes_failed
    )


def unpause(connection: Connection) -> None:
    """Note that the connection works again, whoever found out: when it fails anew that is told."""
    paused = Connection.objects.filter(pk=connection.pk).exclude(paused_reason="")
    if paused.update(paused_reason="", probe_at=None, probes_failed=0):
        alerts.settle(alerts.about(connection))


def take(site: Connection, holder: str, until: datetime) -> bool:
    """Become, or remain, the one worker that carries changes to the site; whether it is so."""
    moment = now()
    free = Q(holder__in=("", holder)) | Q(held_until__lt=moment) | Q(held_until__isnull=True)
    taken = Connection.objects.filter(free, pk=site.pk).update(holder=holder, held_until=until)
    return taken == 1


def let_go(holder: str) -> None:
    """The worker carries nothing any more."""
    Connection.objects.filter(holder=holder).update(holder="", held_until=None)


def poll_at(crm: Connection, moment: datetime) -> None:
    """When the CRM's triggers are looked at next."""
    Connection.objects.filter(pk=crm.pk).update(next_poll_at=moment)


def paired(site: Connection) -> None:
    """All accounts of the site have been looked at for their contacts."""
    Connection.objects.filter(pk=site.pk).update(paired_at=now())


def emails_carried(site: Connection) -> None:
    """All accounts of the site have been looked at for changed addresses."""
    Connection.objects.filter(pk=site.pk).update(emails_at=now())


def by_key(key: str) -> Connection | None:
    """The connection with this key, None when there is none."""
    return Connection.objects.filter(pk=key).first()


def to_probe(moment: datetime) -> list[Connection]:
    """The connections that were left alone long enough."""
    return list(Connection.objects.exclude(paused_reason="").filter(probe_at__lte=moment))
