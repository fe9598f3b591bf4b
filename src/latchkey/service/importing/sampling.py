"""The first people of a file, shown while somebody says what its columns hold."""

from collections.abc import Sequence

from latchkey.crm.file import FileRow
from latchkey.crm.file.people import contact_of
from latchkey.policy.columns import Columns
from latchkey.policy.headings import PASSWORD
from latchkey.policy.values import Contact
from latchkey.service.importing.sealing import open_cells
from latchkey.service.importing.shaping import suggested
from latchkey.service.installation import Installation
from latchkey.store import imports
from latchkey.store.models import Import, ImportRow

SAMPLE = 5


def sample(installation: Installation, one: Import) -> list[tuple[str, ...]]:
    """The cells of the first people, to be shown beside the columns; passwords are not."""
    columns = suggested(installation, one)
    hidden = {one.columns.get(PASSWORD), columns.held.get(PASSWORD)}
    return [
        tuple(
            "•••" if heading in hidden and cell else cell
            for heading, cell in zip(
                columns.headings, open_cells(installation.keyring, row), strict=True
            )
        )
        for row in _people(one)
    ]


def sample_contacts(
    installation: Installation, one: Import, columns: Columns, fields: frozenset[str]
) -> list[Contact]:
    """The first people as contacts, by what the columns are said to hold."""
    return [
        contact_of(
            FileRow(row.number, place, row.number, open_cells(installation.keyring, row)),
            columns,
            fields,
            one.test_address,
        )
        for place, row in enumerate(_people(one), start=1)
    ]


def _people(one: Import) -> Sequence[ImportRow]:
    page = next(imports.pages(one), [])
    people = page[1 : SAMPLE + 1] if one.has_headings else page[:SAMPLE]
    return [row for row in people if row.cells]
