"""Tells of each row which contact it stands for, before anything is decided."""

from latchkey.policy.columns import Columns
from latchkey.policy.headings import EMAIL, ID
from latchkey.policy.reasons import Reason, Why, because
from latchkey.remote.secrets import Keyring
from latchkey.service.importing.sealing import Marking, open_cells
from latchkey.service.importing.stored import columns_of
from latchkey.store import imports
from latchkey.store.connections import FILE
from latchkey.store.models import Import, ImportRow

LARGEST_ID = 2**31 - 1


def name_contacts(keyring: Keyring, one: Import) -> None:
    """Write down the contact and the address mark of every row, or what keeps it back."""
    columns = columns_of(keyring, one)
    marking = Marking(keyring, one)
    with_crm = one.rule is not None and one.rule.crm.kind != FILE
    for page in imports.pages(one):
        people = [row for row in page if row.number > 1 or not one.has_headings]
        for row in people:
            cells = open_cells(keyring, row)
            row.mark = marking.mark(columns.cell(cells, EMAIL) or "")
            row.contact_id = _contact_id(columns, cells) if with_crm else row.number
            row.why, row.details = "", {}
        _keep_back(one, people)
        imports.save_rows(people, "contact_id", "mark", "why", "details")


def _contact_id(columns: Columns, cells: tuple[str, ...]) -> int | None:
    written = columns.cell(cells, ID) or ""
    number = int(written) if written.isascii() and written.isdigit() else 0
    return number if 1 <= number <= LARGEST_ID else None


def _keep_back(one: Import, people: list[ImportRow]) -> None:
    """Rows without a contact, and all but the first of several for one contact."""
    ids = [row.contact_id for row in people if row.contact_id is not None]
    first = imports.known_contacts(one, ids, before=people[0].number) if people else {}
    for row in people:
        if row.contact_id is None:
            _refuse(row, because(Why.NO_CONTACT_ID))
        elif row.contact_id in first:
            _refuse(row, because(Why.CONTACT_TWICE, number=first[row.contact_id]))
        else:
            first[row.contact_id] = row.number


def _refuse(row: ImportRow, reason: Reason) -> None:
    row.why, row.details = reason.why, dict(reason.details)
