"""What Latchkey asks of a CRM. The service knows nothing else about one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from latchkey.policy.health import Health
from latchkey.policy.values import Contact, Link
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import Secret


@dataclass(frozen=True, slots=True)
class CrmConnection:
    """The address and credential of a CRM."""

    key: UUID
    name: str
    kind: str
    url: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    connections: int = 4
    allow_http: bool = False


class TriggerKind(StrEnum):
    STATIC = "static"
    SMART = "smart"
    PARENT = "parent"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Trigger:
    """A group or tag of the CRM. `name` is the machine name, `title` what people see."""

    kind: TriggerKind
    id: int
    name: str
    title: str

    @property
    def can_be_emptied(self) -> bool:
        """Whether contacts can be taken out: smart and parent groups silently keep theirs."""
        return self.kind in {TriggerKind.STATIC, TriggerKind.TAG}


class ActivityKind(StrEnum):
    """The activity types that Latchkey writes; made in the CRM when they are missing."""

    CREATION = "User Account Creation"
    RESET = "User Account Password Reset"


@dataclass(frozen=True, slots=True)
class ActivityNote:
    """One activity to be written about a contact; the source is the contact of our credential."""

    contact_id: int
    kind: ActivityKind
    completed: bool
    subject: str
    details: str


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What to look for in one trigger.

    `standing` triggers are asked for what was added after the cursor `after`, which is the one of
    the last answer; None asks for the cursor of this moment. The others are asked for everybody in
    them, as are smart and parent groups, which keep no history.
    """

    trigger: Trigger
    standing: bool
    after: int | None = None


@dataclass(frozen=True, slots=True)
class PollAnswer:
    """The contacts found, ascending, and where to go on; `cursor` None where everybody was asked.

    The contacts were added to the trigger; trashed ones, and ones that have left it again, may be
    among those of a standing trigger. When there is more than one answer holds, the rest follows
    after `cursor`.
    """

    contact_ids: tuple[int, ...]
    cursor: int | None = None


# Contacts that the CRM did not take, with what became of each: RejectedError, or UnknownOutcome,
# after which the same may be asked for again.
Refused = Mapping[int, RemoteError]


class Crm(Protocol):
    """One CRM. Every method may raise TransientError, SiteError, or DryRun where it writes."""

    def check(self) -> Health:
        """Reach, credential, version and each permission, with what to do about what lacks."""

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """The groups (by name or title) and tags, in the order asked. Missing names the unknown."""

    def groups(self) -> list[Trigger]:
        """Every active group, for a form to choose from."""

    def tags(self) -> list[Trigger]:
        """Every tag for contacts, for a form to choose from."""

    def count(self, triggers: Sequence[Trigger]) -> int:
        """How many untrashed contacts are in any of the triggers."""

    def contact_ids(self, triggers: Sequence[Trigger]) -> Iterator[list[int]]:
        """Pages of ids of the untrashed contacts in any of the triggers, ascending."""

    def members_among(
        self, triggers: Sequence[Trigger], contact_ids: Sequence[int]
    ) -> frozenset[int]:
        """Those of the contacts that are untrashed and in any of the triggers."""

    def poll(self, requests: Sequence[PollRequest]) -> list[PollAnswer]:
        """What each trigger holds or was added to it, in order, in one request for all."""

    def contacts(
        self, triggers: Sequence[Trigger], fields: frozenset[str]
    ) -> Iterator[list[Contact]]:
        """Pages of contacts in any of the triggers, ascending by id, one request a page.

        `fields` are the token fields (API v4 names, `custom_<id>` for custom fields) that `values`
        shall hold. SiteError when the CRM left one out: the permission or version is named.
        """

    def contacts_by_id(self, ids: Sequence[int], fields: frozenset[str]) -> dict[int, Contact]:
        """These contacts, trashed ones included; the ids that are gone are absent."""

    def holders(self, emails: Iterable[str]) -> Mapping[str, list[int]]:
        """Living, untrashed individuals by their primary address (as `same_address` gives it)."""

    def addresses(self, contact_id: int) -> list[str]:
        """The contact's e-mail addresses that mail may go to, the primary one first."""

    def links(
        self, *, account_ids: Sequence[str] = (), contact_ids: Sequence[int] = ()
    ) -> list[Link]:
        """The UFMatch rows of these accounts or contacts, in one request."""

    def save_links(
        self, links: Sequence[Link], addresses: Mapping[str, str]
    ) -> list[Link | RemoteError]:
        """Make or move the UFMatch of each account to the contact, one outcome for each.

        `addresses` gives the uf_name (e-mail of the account) by account id.
        """

    def remove_links(self, links: Sequence[Link]) -> None:
        """Undo these UFMatch rows, by their `id`; those that are gone already are no matter."""

    def prepare_activities(self) -> None:
        """Make our activity types and the status "Failed" where they are missing."""

    def write_activities(
        self, notes: Sequence[ActivityNote], intended_at: datetime, *, look_first: bool
    ) -> list[int | RemoteError]:
        """Write each note once; the activity's id or the error for each, in order.

        `intended_at` (aware) is when the oldest of them was first meant to be written: one that is
        already there since then is completed, not written again. `look_first` says that an earlier
        answer may have been lost: it is wanted again for each note whose outcome is
        UnknownOutcome. Raises only while nothing was written; later errors are outcomes.
        """

    def add_to_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Idempotent. RejectedError when the group cannot take contacts."""

    def remove_from_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Idempotent; never writes a Removed row on a smart or parent group (ValueError)."""

    def add_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Idempotent."""

    def remove_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """Idempotent."""

    def create_contact(self, email: str, first_name: str, last_name: str) -> int:
        """Make an individual with this primary address; the id. Look at `holders` before."""

    def set_primary_email(self, contact_id: int, email: str) -> None:
        """Make this the contact's primary address, in place of the one that is it now."""

    def validate_checksum(self, contact_id: int, checksum: str) -> bool:
        """Whether the CRM made this checksum for the contact, and it has not expired."""

    def synchronises_email(self) -> bool:
        """Whether CiviCRM itself carries e-mail changes to its site (setting syncCMSEmail)."""

    def close(self) -> None:
        """Let go of connections."""
