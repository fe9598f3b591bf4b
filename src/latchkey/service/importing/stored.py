"""The stored rows of an import, as its kind of CRM wants them; and its given passwords."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from latchkey.crm.contract import Crm
from latchkey.crm.file import CheckedFile, FileCrm, FileRow
from latchkey.policy.columns import COLUMN, Columns, headings_of, numbered
from latchkey.policy.headings import EMAIL, PASSWORD
from latchkey.policy.values import Contact, same_address
from latchkey.remote.secrets import Keyring
from latchkey.service.importing.sealing import Marking, open_cells, seal_cells
from latchkey.service.installation import Connect, Installation
from latchkey.store import imports
from latchkey.store.connections import FILE
from latchkey.store.models import Change, Import, ImportRow, Rule


class StoredRows:
    """The rows of one import. Cells are opened when they are asked for, and not kept."""

    def __init__(self, keyring: Keyring, one: Import) -> None:
        self._keyring = keyring
        self._import = one
        self._marking = Marking(keyring, one)

    def pages(self) -> Iterator[list[FileRow]]:
        """See `Rows`."""
        for page in imports.pages(self._import, named=True):
            yield [self._opened(row) for row in page if row.cells]

    def of(self, contact_ids: Sequence[int]) -> Mapping[int, FileRow]:
        """See `Rows`."""
        rows = imports.rows_of(self._import, contact_ids)
        return {one.contact_id: one for one in map(self._opened, (r for r in rows if r.cells))}

    def holders(self, addresses: Iterable[str]) -> Mapping[str, list[int]]:
        """See `Rows`; by the marks of the addresses."""
        marks = {self._marking.mark(one): same_address(one) for one in addresses if one.strip()}
        found = imports.holders(self._import, marks)
        return {marks[mark]: contact_ids for mark, contact_ids in found.items()}

    def _opened(self, row: ImportRow) -> FileRow:
        place = row.number - 1 if self._import.has_headings else row.number
        return FileRow(
            row.number, place, row.contact_id or row.number, open_cells(self._keyring, row)
        )


class GivenPasswords:
    """The passwords that a file brings along; each is wiped when its account is there."""

    def __init__(self, keyring: Keyring, one: Import) -> None:
        self._keyring = keyring
        self._import = one
        self._columns = columns_of(keyring, one)

    def of(self, contact_id: int) -> str:
        """The contact's password, empty when the file has none for it."""
        rows = imports.rows_of(self._import, [contact_id])
        if not rows or not rows[0].cells:
            return ""
        return self._columns.cell(open_cells(self._keyring, rows[0]), PASSWORD) or ""

    def wipe(self, contact_ids: Sequence[int]) -> None:
        """Forget the passwords of these contacts."""
        place = self._columns.headings.index(self._columns.held[PASSWORD])
        rows = [row for row in imports.rows_of(self._import, contact_ids) if row.cells]
        for row in rows:
            cells = list(open_cells(self._keyring, row))
            cells[place] = ""
            row.cells = seal_cells(self._keyring, cells)
        if rows:
            imports.save_rows(rows, "cells")


def columns_of(keyring: Keyring, one: Import) -> Columns:
    """The columns of an import, and what they hold."""
    return Columns(headings(keyring, one), one.columns)


def headings(keyring: Keyring, one: Import) -> tuple[str, ...]:
    """The headings of an import's columns: its first record, or numbers."""
    first = imports.first_row(one) if one.has_headings else None
    if first is None or not first.cells:
        return numbered(one.width)
    return headings_of(open_cells(keyring, first))


def source_of(installation: Installation, row: Rule, connect: Connect) -> Crm:
    """Where a rule's contacts come from: its CRM, or the file of its import."""
    if row.kind != Rule.Kind.IMPORT:
        return connect.crm(row.crm)
    one = imports.of_rule(row)
    rows = StoredRows(installation.keyring, one)
    columns = columns_of(installation.keyring, one)
    if row.crm.kind == FILE:
        return FileCrm(rows, columns, one.test_address)
    return CheckedFile(rows, columns, connect.crm(row.crm))


def remembered(
    installation: Installation, change: Change, fields: frozenset[str]
) -> Contact | None:
    """The contact of an import whose cells are forgotten: as its CRM has it, else what was noted.

    Of a file alone that is name and address; every other field is empty. None when the CRM has it
    no more.
    """
    row = change.rule
    if row.crm.kind != FILE:
        asked = frozenset(name for name in fields if not name.startswith(COLUMN))
        crm = installation.connect.crm(row.crm)
        return crm.contacts_by_id([change.contact_id], asked).get(change.contact_id)
    noted = {"display_name": change.contact_name, EMAIL: change.email}
    values = {name: noted.get(name, "") for name in fields}
    kind = "Individual"
    return Contact(change.contact_id, kind, change.contact_name, change.email, values=values)


def passwords_of(installation: Installation, row: Rule) -> GivenPasswords | None:
    """The passwords that a rule's file brings along, None where it brings none.

    The accounts of a test run are somebody else's: they get random ones.
    """
    if row.kind != Rule.Kind.IMPORT:
        return None
    one = imports.of_rule(row)
    brings = PASSWORD in one.columns and not one.test_address
    return GivenPasswords(installation.keyring, one) if brings else None
