"""Takes a file in: read once, sealed row by row, nothing of it left elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from latchkey.policy.columns import looks_like_headings
from latchkey.policy.headings import is_secret
from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.reading import Form, form_of, read
from latchkey.service.importing.files.records import Record
from latchkey.service.importing.sealing import new_salt, seal_cells
from latchkey.service.installation import Installation
from latchkey.store import imports
from latchkey.store.models import Import


@dataclass(slots=True)
class _Taken:
    """What was seen of the file so far."""

    number: int = 0
    first: tuple[str, ...] = ()
    secret: set[int] = field(default_factory=set)


def upload(
    installation: Installation, file: BinaryIO, file_name: str, by: str, *, encoding: str = ""
) -> Import:
    """Keep the rows of a file, sealed. FileError, with the line, when it is malformed.

    The file has to be seekable. `encoding` is empty to find it out. Cells of a column that is
    headed as a secret of the CRM are never kept.
    """
    form = form_of(file, encoding=encoding)
    salt = new_salt(installation.keyring, installation.random_bytes)
    one = imports.begin(file_name, salt, by)
    try:
        _take(installation, one, read(file, form), form)
    except BaseException:
        imports.remove(one)
        raise
    return one


def upload_part(installation: Installation, source: Import, people: int, mailbox: str) -> Import:
    """The first people of an upload once more, as a test whose mails go to one mailbox."""
    salt = new_salt(installation.keyring, installation.random_bytes)
    one = imports.begin(f"{source.file_name} (test)", salt, source.uploaded_by)
    last = people + 1 if source.has_headings else people
    imports.update(
        one,
        records=imports.copy_rows(source, one, last),
        test_address=mailbox,
        state=Import.State.UPLOADED,
        **{name: getattr(source, name) for name in ("encoding", "delimiter", "has_headings")},
        **{name: getattr(source, name) for name in ("columns", "width")},
    )
    return one


def _take(installation: Installation, one: Import, records: Iterator[Record], form: Form) -> None:
    taken = _Taken()
    while page := list(islice(records, imports.PAGE)):
        imports.add_rows(one, _sealed(installation, taken, page))
    if not taken.number:
        raise FileError("The file is empty.")
    imports.update(
        one,
        state=Import.State.UPLOADED,
        encoding=form.encoding,
        delimiter=form.delimiter,
        has_headings=looks_like_headings(taken.first),
        width=len(taken.first),
        records=taken.number,
    )


def _sealed(
    installation: Installation, taken: _Taken, page: Iterable[Record]
) -> Iterator[tuple[int, str]]:
    for record in page:
        taken.number += 1
        if taken.number == 1:
            taken.first = record.cells
            taken.secret = {i for i, cell in enumerate(record.cells) if is_secret(cell)}
        cells = _kept(record.cells, taken) if taken.secret and taken.number > 1 else record.cells
        yield taken.number, seal_cells(installation.keyring, cells)


def _kept(cells: Sequence[str], taken: _Taken) -> tuple[str, ...]:
    return tuple("" if place in taken.secret else cell for place, cell in enumerate(cells))
