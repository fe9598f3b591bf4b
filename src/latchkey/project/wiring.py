"""Builds the real objects: connections, mail, keys and clock."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from threading import Lock
from typing import TypeVar
from urllib.parse import urlsplit

from latchkey.crm.civicrm import connect as connect_civicrm
from latchkey.crm.contract import Crm, CrmConnection
from latchkey.project.home import encryption_keys, home
from latchkey.project.practice import WORDPRESS, PracticeSystems
from latchkey.remote.call import ignore
from latchkey.remote.doors import Doors
from latchkey.remote.errors import SiteError
from latchkey.remote.mail import Mail, Mailer, PracticeMailbox, Smtp
from latchkey.remote.secrets import Keyring, KeyringError, Secret
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.service.installation import Installation
from latchkey.sites.contract import Site, SiteConnection, Spec
from latchkey.sites.registry import KINDS
from latchkey.store import connections, pauses
from latchkey.store.clock import now
from latchkey.store.models import Connection

End = TypeVar("End", Crm, Site)
Mark = tuple[str, str]  # of a connection, and where it leads


class Wiring:
    """Opens each connection once, for all threads; one that was changed is opened anew.

    A connection to the practice systems starts those, and follows them to where they are now;
    `mail` into their mailbox ends with the connections.
    """

    def __init__(
        self,
        keyring: Keyring,
        practice: PracticeSystems,
        doors: Doors,
        mail: "PracticeMail | None" = None,
    ) -> None:
        self._keyring = keyring
        self._practice = practice
        self._doors = doors
        self._mail = mail
        self._lock = Lock()
        self._crms: dict[Mark, Crm] = {}
        self._sites: dict[Mark, Site] = {}
        self._dry: Wiring | None = None

    def crm(self, connection: Connection) -> Crm:
        """See `Connect`."""
        return self._once(self._crms, connection, self._open_crm)

    def site(self, connection: Connection) -> Site:
        """See `Connect`."""
        return self._once(self._sites, connection, self._open_site)

    def spec(self, kind: str) -> Spec:
        """See `Connect`."""
        return KINDS[kind]

    def dry(self) -> "Wiring":
        """See `Connect`; the same one each time."""
        with self._lock:
            if self._dry is None:
                doors = replace(self._doors, dry_run=True)
                self._dry = Wiring(self._keyring, self._practice, doors)
            return self._dry

    def close(self) -> None:
        """See `Connect`; practice systems that were started for it are ended."""
        with self._lock:
            ends: list[Crm | Site] = [*self._crms.values(), *self._sites.values()]
            dry, self._dry = self._dry, None
            self._crms, self._sites = {}, {}
        for end in ends:
            end.close()
        if dry is not None:
            dry.close()
        if self._mail is not None:
            self._mail.close()
        self._practice.stop()

    def _once(
        self,
        opened: dict[Mark, End],
        connection: Connection,
        opening: Callable[[Connection, str], End],
    ) -> End:
        # Asked each time: practice systems that ended, here or elsewhere, are started by it.
        address = self._address(connection)
        mark = (connections.mark(connection), address)
        with self._lock:
            if mark not in opened:
                opened[mark] = opening(connection, address)
            return opened[mark]

    def _open_crm(self, connection: Connection, address: str) -> Crm:
        return connect_civicrm(
            CrmConnection(
                key=connection.key,
                name=connection.name,
                kind=connection.kind,
                url=address,
                secrets=self._secrets_of(connection),
                settings=connection.settings,
                connections=connection.connections,
                allow_http=connection.allow_http,
            ),
            self._doors_of(connection),
        )

    def _open_site(self, connection: Connection, address: str) -> Site:
        spec = KINDS.get(connection.kind)
        if spec is None:
            raise SiteError(f"{connection} is of kind {connection.kind}, which is not known here.")
        return spec.connect(
            SiteConnection(
                key=connection.key,
                name=connection.name,
                kind=connection.kind,
                url=address,
                secrets=self._secrets_of(connection),
                settings=connection.settings,
                connections=connection.connections,
                allow_http=connection.allow_http,
            ),
            self._doors_of(connection),
        )

    def _secrets_of(self, connection: Connection) -> dict[str, Secret]:
        try:
            return connections.unseal(connection, self._keyring)
        except KeyringError as error:
            raise SiteError(str(error)) from error

    def _doors_of(self, connection: Connection) -> Doors:
        """Doors that let no write out while a person has paused the work, and count calls."""
        from latchkey.web.metrics import observer_of  # noqa: PLC0415 - many commands call nobody

        observe = self._doors.observe
        return replace(
            self._doors,
            guard=partial(pauses.stop_if_paused, connection.key),
            observe=observer_of(str(connection)) if observe is ignore else observe,
        )

    def _address(self, connection: Connection) -> str:
        if not connection.practice:
            return connection.url
        at_site = connection.role == Connection.Role.SITE
        return self._practice.site().url if at_site else self._practice.url()


class PracticeMail:
    """Mail into the mailbox of the practice systems, wherever they are now."""

    def __init__(self, practice: PracticeSystems, doors: Doors) -> None:
        self._practice = practice
        self._doors = doors
        self._lock = Lock()
        self._mailboxes: dict[str, PracticeMailbox] = {}

    def send(self, mail: Mail) -> None:
        """Hand one mail over to the practice mailbox."""
        url = self._practice.url()
        with self._lock:
            if url not in self._mailboxes:
                self._mailboxes[url] = PracticeMailbox(url, self._doors)
            mailbox = self._mailboxes[url]
        mailbox.send(mail)

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            mailboxes, self._mailboxes = self._mailboxes, {}
        for mailbox in mailboxes.values():
            mailbox.close()


def practice_systems(contacts: int | None = None, site: str | None = None) -> PracticeSystems:
    """The practice systems of this home, at the ports they had before.

    `site` is the kind of a site that the home does not hold yet.
    """
    stored = {row.role: row for row in connections.every() if row.practice}
    before = stored.get(Connection.Role.SITE)
    ports = {role: urlsplit(row.url).port or 0 for role, row in stored.items()}
    return PracticeSystems(
        home(),
        port=ports.get(Connection.Role.CRM, 0),
        contacts=contacts,
        site=before.kind if before else site or WORDPRESS,
        site_port=ports.get(Connection.Role.SITE, 0),
    )


def installation(practice: PracticeSystems, *, for_practice: bool) -> Installation:
    """This installation, built of real objects. `for_practice` keeps all mail in the mailbox.

    KeyringError or ConfigurationError when the environment is not as it should be.
    """
    keyring = Keyring(encryption_keys())
    doors = Doors()
    mail = PracticeMail(practice, doors) if for_practice else None
    mailer: Mailer | None = mail or smtp(os.environ)
    return Installation(
        connect=Wiring(keyring, practice, doors, mail),
        keyring=keyring,
        mailer=mailer,
        now=now,
        random_bytes=secrets.token_bytes,
        chance=secrets.SystemRandom().random,
    )


def smtp(environment: Mapping[str, str]) -> Mailer | None:
    """The mail server of LATCHKEY_SMTP_URL, None without one. ConfigurationError when it lacks."""
    url, sender = environment.get("LATCHKEY_SMTP_URL"), environment.get("LATCHKEY_MAIL_FROM")
    if not url:
        return None
    if not sender:
        raise ConfigurationError(
            [
                Problem(
                    "LATCHKEY_MAIL_FROM",
                    "set it to the address that mails come from; LATCHKEY_SMTP_URL is set.",
                )
            ]
        )
    try:
        return Smtp(url, sender)
    except (SiteError, ValueError):
        raise ConfigurationError(
            [Problem("LATCHKEY_SMTP_URL", "it has to read like smtp://user:password@host:587.")]
        ) from None
