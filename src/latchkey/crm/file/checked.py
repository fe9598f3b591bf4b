"""A file beside the CRM that it was exported from: read together, written back there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from latchkey.crm.contract import ActivityNote, Crm, Refused, Trigger
from latchkey.crm.file.connector import FileCrm
from latchkey.crm.file.people import values_of
from latchkey.crm.file.rows import FileRow, Rows
from latchkey.policy.columns import COLUMN, Columns
from latchkey.policy.headings import EMAIL
from latchkey.policy.values import Contact, Link, same_address
from latchkey.remote.errors import RemoteError

COMPARED = {"first_name": "first name", "last_name": "last name", "display_name": "display name"}


class CheckedFile(FileCrm):
    """The rows choose the contacts, the CRM has the say about them; `doubt` is what differs."""

    def __init__(self, rows: Rows, columns: Columns, behind: Crm) -> None:
        super().__init__(rows, columns)
        self._behind = behind

    def triggers(self, groups: Sequence[str], tags: Sequence[str]) -> list[Trigger]:
        """See `Crm`."""
        return self._behind.triggers(groups, tags)

    def contacts(
        self,
        triggers: Sequence[Trigger],  # noqa: ARG002 - the file is the trigger
        fields: frozenset[str],
    ) -> Iterator[list[Contact]]:
        """See `Crm`; those in the file that the CRM knows."""
        for page in self._rows.pages():
            yield list(self._read({row.contact_id: row for row in page}, fields).values())

    def contacts_by_id(self, ids: Sequence[int], fields: frozenset[str]) -> dict[int, Contact]:
        """See `Crm`."""
        return self._read(self._rows.of(ids), fields)

    def holders(self, emails: Iterable[str]) -> Mapping[str, list[int]]:
        """See `Crm`; in the CRM and in the file."""
        wanted = list(emails)
        in_crm, in_file = self._behind.holders(wanted), self._rows.holders(wanted)
        return {
            address: sorted({*in_crm.get(address, ()), *in_file.get(address, ())})
            for address in {*in_crm, *in_file}
        }

    def addresses(self, contact_id: int) -> list[str]:
        """See `Crm`."""
        return self._behind.addresses(contact_id)

    def links(
        self, *, account_ids: Sequence[str] = (), contact_ids: Sequence[int] = ()
    ) -> list[Link]:
        """See `Crm`."""
        return self._behind.links(account_ids=account_ids, contact_ids=contact_ids)

    def save_links(
        self, links: Sequence[Link], addresses: Mapping[str, str]
    ) -> list[Link | RemoteError]:
        """See `Crm`."""
        return self._behind.save_links(links, addresses)

    def remove_links(self, links: Sequence[Link]) -> None:
        """See `Crm`."""
        self._behind.remove_links(links)

    def prepare_activities(self) -> None:
        """See `Crm`."""
        self._behind.prepare_activities()

    def write_activities(
        self, notes: Sequence[ActivityNote], intended_at: datetime, *, look_first: bool
    ) -> list[int | RemoteError]:
        """See `Crm`."""
        return self._behind.write_activities(notes, intended_at, look_first=look_first)

    def add_to_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._behind.add_to_group(group, contact_ids)

    def remove_from_group(self, group: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._behind.remove_from_group(group, contact_ids)

    def add_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._behind.add_tag(tag, contact_ids)

    def remove_tag(self, tag: Trigger, contact_ids: Sequence[int]) -> Refused:
        """See `Crm`."""
        return self._behind.remove_tag(tag, contact_ids)

    def synchronises_email(self) -> bool:
        """See `Crm`."""
        return self._behind.synchronises_email()

    def _read(self, rows: Mapping[int, FileRow], fields: frozenset[str]) -> dict[int, Contact]:
        own = frozenset(field for field in fields if self._is_held(field))
        names = self._columns.held.keys() & COMPARED.keys()
        known = self._behind.contacts_by_id(list(rows), (fields - own) | names)
        return {
            contact_id: replace(
                known[contact_id],
                values={
                    **known[contact_id].values,
                    **values_of(row, self._columns, own),
                },
                doubt=self._doubt(row, known[contact_id]),
            )
            for contact_id, row in rows.items()
            if contact_id in known
        }

    def _is_held(self, field: str) -> bool:
        return field.startswith(COLUMN) or field.partition(":")[0] in self._columns.held

    def _doubt(self, row: FileRow, known: Contact) -> str:
        """How the row differs from the contact of its id, empty when it does not."""
        found = []
        email = self._columns.cell(row.cells, EMAIL) or ""
        if email and same_address(email) != same_address(known.email or ""):
            found.append(f"the e-mail is {email} in the file, {known.email or 'none'} in the CRM")
        for field, called in COMPARED.items():
            written, there = self._columns.cell(row.cells, field), known.values.get(field)
            if written and _plain(written) != _plain(str(there or "")):
                found.append(f"the {called} is {written} in the file, {there or 'none'} in the CRM")
        return "; ".join(found)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
