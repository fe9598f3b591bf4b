"""A file alone: its rows are the contacts, and there is nowhere to write anything back to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from latchkey.crm.contract import ActivityNote, PollAnswer, PollRequest, Refused, Trigger
from latchkey.crm.file.people import contact_of
from latchkey.crm.file.rows import Rows
from latchkey.policy.columns import Columns
from latchkey.policy.health import Finding, Health, Level
from latchkey.policy.values import Contact, Link
from latchkey.remote.errors import Missing, RejectedError, RemoteError

# An activity that is written nowhere has this id.
NOWHERE = 0


class FileCrm:
    """One file. Links are Latchkey's own record; activities, groups and tags are nothing."""

    def __init__(self, rows: Rows, columns: Columns, test_address: str = "") -> None:
        self._rows = rows
        self._columns = columns
        self._test_address = test_address

    def check(self) -> Health:
        """See `Crm`; a file that was read is fine."""
        return Health((Finding("The file was read.", Level.OK),))

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """See `Crm`; a file has none."""
        if groups or tags:
            raise Missing("An import without a CRM has no groups and tags; leave them out.")
        return []

    def groups(self) -> list[Trigger]:
        """See `Crm`."""
        return []

    def tags(self) -> list[Trigger]:
        """See `Crm`."""
        return []

    def count(self, triggers: Sequence[Trigger]) -> int:  # noqa: ARG002 - the file is the trigger
        """See `Crm`; everybody in the file."""
        return sum(len(page) for page in self._rows.pages())

    def contact_ids(self, triggers: Sequence[Trigger]) -> Iterator[list[int]]:  # noqa: ARG002 - as above
        """See `Crm`."""
        for page in self._rows.pages():
            yield [row.contact_id for row in page]

    def members_among(
        self,
        triggers: Sequence[Trigger],  # noqa: ARG002 - the file is the trigger
        contact_ids: Sequence[int],
    ) -> frozenset[int]:
        """See `Crm`; those who are in the file."""
        return frozenset(self._rows.of(contact_ids))

    def poll(self, requests: Sequence[PollRequest]) -> list[PollAnswer]:
        """See `Crm`; a file has no news."""
        return [PollAnswer(()) for _ in requests]

    def contacts(
        self,
        triggers: Sequence[Trigger],  # noqa: ARG002 - the file is the trigger
        fields: frozenset[str],
    ) -> Iterator[list[Contact]]:
        """See `Crm`; everybody in the file, in its order."""
        for page in self._rows.pages():
            yield [contact_of(row, self._columns, fields, self._test_address) for row in page]

    def contacts_by_id(self, ids: Sequence[int], fields: frozenset[str]) -> dict[int, Contact]:
        """See `Crm`."""
        return {
            contact_id: contact_of(row, self._columns, fields, self._test_address)
            for contact_id, row in self._rows.of(ids).items()
        }

    def holders(self, emails: Iterable[str]) -> Mapping[str, list[int]]:
        """See `Crm`; within the file. The addresses of a test run are all different."""
        return {} if self._test_address else self._rows.holders(emails)

    def addresses(self, contact_id: int) -> list[str]:
        """See `Crm`; the one of its row."""
        contact = self.contacts_by_id([contact_id], frozenset()).get(contact_id)
        return [contact.email] if contact is not None and contact.email else []

    def links(
        self,
        *,
        account_ids: Sequence[str] = (),  # noqa: ARG002 - there are none
        contact_ids: Sequence[int] = (),  # noqa: ARG002 - as above
    ) -> list[Link]:
        """See `Crm`."""
        return []

    def save_links(
        self,
        links: Sequence[Link],
        addresses: Mapping[str, str],  # noqa: ARG002 - Latchkey's own record holds them
    ) -> list[Link | RemoteError]:
        """See `Crm`; Latchkey's own record is the link."""
        return list(links)

    def remove_links(self, links: Sequence[Link]) -> None:
        """See `Crm`; Latchkey's own record is the link."""

    def prepare_activities(self) -> None:
        """See `Crm`; nothing is needed."""

    def write_activities(
        self,
        notes: Sequence[ActivityNote],
        intended_at: datetime,  # noqa: ARG002 - nothing is written
        *,
        look_first: bool,  # noqa: ARG002 - as above
    ) -> list[int | RemoteError]:
        """See `Crm`; NOWHERE for each."""
        return [NOWHERE for _ in notes]

    def add_to_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:  # noqa: ARG002 - as said
        """See `Crm`; there is no group."""
        return {}

    def remove_from_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:  # noqa: ARG002 - as said
        """See `Crm`; there is no group."""
        return {}

    def add_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:  # noqa: ARG002 - as said
        """See `Crm`; there is no tag."""
        return {}

    def remove_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:  # noqa: ARG002 - as said
        """See `Crm`; there is no tag."""
        return {}

    def create_contact(self, email: str, first_name: str, last_name: str) -> int:
        """See `Crm`; a file takes nobody in."""
        raise RejectedError(f"{first_name} {last_name} ({email}) cannot be added to a file.")

    def set_primary_email(self, contact_id: int, email: str) -> None:
        """See `Crm`; a file is not changed."""
        raise RejectedError(f"Contact {contact_id} of a file cannot be given {email}.")

    def validate_checksum(self, contact_id: int, checksum: str) -> bool:  # noqa: ARG002 - as said
        """See `Crm`; a file makes none."""
        return False

    def synchronises_email(self) -> bool:
        """See `Crm`."""
        return False

    def close(self) -> None:
        """See `Crm`."""
