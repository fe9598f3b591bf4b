"""The real objects that a service works with, built by project and handed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from latchkey.crm.contract import Crm
from latchkey.remote.mail import Mailer
from latchkey.remote.secrets import Keyring
from latchkey.sites.contract import Site, Spec
from latchkey.store.models import Connection


class Connect(Protocol):
    """Opens connections; one object a connection, shared by all threads."""

    def crm(self, connection: Connection) -> Crm:
        """The CRM behind the connection. SiteError when the connection cannot be used."""

    def site(self, connection: Connection) -> Site:
        """The site behind the connection. SiteError when the connection cannot be used."""

    def spec(self, kind: str) -> Spec:
        """What is known of a kind of site. KeyError when there is no such kind."""

    def dry(self) -> "Connect":
        """The same connections, but no write leaves a door."""

    def close(self) -> None:
        """Let go of every connection."""


@dataclass(frozen=True, slots=True)
class Installation:
    """One running Latchkey. `mailer` is None where no way to send mail is configured.

    `chance` gives random numbers in [0, 1).
    """

    connect: Connect
    keyring: Keyring
    mailer: Mailer | None
    now: Callable[[], datetime]
    random_bytes: Callable[[int], bytes]
    chance: Callable[[], float]
