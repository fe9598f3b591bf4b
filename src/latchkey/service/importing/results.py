"""The result of an import: one line for each line of its file, with the reason."""

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO

from latchkey.policy.spreadsheets import safe_cell
from latchkey.store import import_plans
from latchkey.store.import_plans import RowOutcome
from latchkey.store.models import Import

HEADINGS = (
    "Row",
    "Contact ID",
    "Name",
    "Email",
    "Username",
    "Account ID",
    "Outcome",
    "Told",
    "Reason",
)


class _Passing:
    """Hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def result(one: Import, *, first: int = 1) -> Iterator[RowOutcome]:
    """What becomes of every row from the `first` on: before the run what would, after it what did.

    Rows are numbered as a spreadsheet does; read in pages, so that any number can be shown.
    """
    return import_plans.outcomes(one, first=first)


def write_result(one: Import, file: TextIO) -> int:
    """The result as CSV, safe for spreadsheets; how many rows it has."""
    return write_rows(result(one), file)


def write_rows(rows: Iterable[RowOutcome], file: TextIO) -> int:
    """These rows as CSV, safe for spreadsheets; how many there were."""
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    number = 0
    for number, row in enumerate(rows, start=1):  # noqa: B007 - the last number is the answer
        writer.writerow(cells(row))
    return number


def lines(one: Import) -> Iterator[str]:
    """The same line by line, with a byte order mark, for whoever sends it on."""
    writer = csv.writer(_Passing())
    yield "\ufeff" + writer.writerow(HEADINGS)
    for row in result(one):
        yield writer.writerow(cells(row))


def cells(row: RowOutcome) -> list[str]:
    """One line of the result file."""
    contact_id = "" if row.contact_id is None else str(row.contact_id)
    texts = (row.name, row.email, row.username, row.account_id, row.outcome, row.told, row.reason)
    return [str(row.number), contact_id, *(safe_cell(text) for text in texts)]
