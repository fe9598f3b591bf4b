"""A CRM and a site that answer what a test tells them to, without a network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from latchkey.crm.contract import Trigger, TriggerKind
from latchkey.policy.health import Finding, Health, Level
from latchkey.remote.errors import Missing, RemoteError
from latchkey.remote.secrets import Keyring, new_key
from latchkey.service.installation import Installation
from latchkey.sites.contract import RoleList, Spec
from latchkey.sites.registry import KINDS
from latchkey.store.clock import now

ROLES = RoleList(frozenset({"subscriber", "member"}), complete=True)
SOUND = Health((Finding("reach", Level.OK),), "1.0")


@dataclass
class StandInCrm:
    """A CRM with some groups and tags. `failure` is raised by everything that is asked."""

    kinds: dict[str, TriggerKind] = field(
        default_factory=lambda: {
            "Active Members": TriggerKind.STATIC,
            "Website users": TriggerKind.STATIC,
            "Speakers of French": TriggerKind.SMART,
            "Website": TriggerKind.TAG,
        }
    )
    failure: RemoteError | None = None
    synchronises: bool = False

    def check(self) -> Health:
        """See Crm."""
        self._fail()
        return SOUND

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """See Crm."""
        self._fail()
        return [self._trigger(name) for name in (*groups, *tags)]

    def synchronises_email(self) -> bool:
        """See Crm."""
        return self.synchronises

    def _trigger(self, name: str) -> Trigger:
        if name not in self.kinds:
            raise Missing(f"there is no {name}")
        return Trigger(self.kinds[name], 1, name.replace(" ", "_"), name)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class StandInSite:
    """A site with some roles."""

    known: RoleList = ROLES
    privileged: frozenset[str] = frozenset({"administrator"})
    failure: RemoteError | None = None

    def check(self) -> Health:
        """See Site."""
        self._fail()
        return SOUND

    def roles(self) -> RoleList:
        """See Site."""
        self._fail()
        return self.known

    def privileged_roles(self) -> frozenset[str]:
        """See Site."""
        self._fail()
        return self.privileged

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class StandInConnect:
    """Opens the same CRM and the same site, whatever the connection is."""

    the_crm: StandInCrm = field(default_factory=StandInCrm)
    the_site: StandInSite = field(default_factory=StandInSite)

    def crm(self, connection: Any) -> Any:  # noqa: ARG002 - see above
        """See Connect."""
        return self.the_crm

    def site(self, connection: Any) -> Any:  # noqa: ARG002 - see above
        """See Connect."""
        return self.the_site

    def spec(self, kind: str) -> Spec:
        """See Connect."""
        return KINDS[kind]

    def dry(self) -> "StandInConnect":
        """See Connect."""
        return self

    def close(self) -> None:
        """See Connect."""


class StandInMailer:
    """Mail that goes nowhere."""

    def send(self, mail: object) -> None:
        """See Mailer."""


def stand_in_installation() -> Installation:
    """An installation on stand-ins, with a key of its own."""
    return Installation(
        connect=StandInConnect(),
        keyring=Keyring([new_key()]),
        mailer=StandInMailer(),
        now=now,
        random_bytes=bytes,
        chance=lambda: 0.5,
    )
