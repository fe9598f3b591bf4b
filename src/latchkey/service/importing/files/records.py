"""One record of a file, and what every record has to be like."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from latchkey.service.importing.files.errors import FileError

SHOWN = 60
# A cell that a spreadsheet would work out, such as =HYPERLINK(…) or =A1; "=== note" is none.
_FORMULA = re.compile(r"\s*=\s*[\w(+\-@\"'$]")


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record; `line` is where it begins in the file, counted from 1."""

    line: int
    cells: tuple[str, ...]


def even(records: Iterable[Record]) -> Iterator[Record]:
    """The records, all as wide as the first, empty lines left out.

    FileError at one that is narrower or wider, or holds a formula. Empty cells beyond the first
    record's width are no cells.
    """
    width: int | None = None
    for record in records:
        if not any(cell.strip() for cell in record.cells) and len(record.cells) < 2:  # noqa: PLR2004 - one empty cell is an empty line
            continue
        width = _width(record) if width is None else width
        yield _checked(record, width)


def _width(first: Record) -> int:
    cells = list(first.cells)
    while len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    # A heading may be missing; many empty cells at the end are a spreadsheet's habit.
    return len(first.cells) if len(first.cells) - len(cells) <= 1 else len(cells)


def _checked(record: Record, width: int) -> Record:
    cells = record.cells
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    if len(cells) != width:
        raise FileError(
            f"it has {_columns(len(cells))}, and the first line has {_columns(width)}. "
            "Most often a quotation mark or a delimiter is missing or too many.",
            record.line,
        )
    for number, cell in enumerate(cells, start=1):
        if cell[:1] in "= \t" and _FORMULA.match(cell):
            raise FileError(
                f"column {number} holds the formula {shown(cell)}, not a value. In the "
                "spreadsheet, copy the column and paste it as values, then save again.",
                record.line,
            )
    return Record(record.line, cells)


def shown(cell: str) -> str:
    """The beginning of a cell, on one line."""
    text = " ".join(cell.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"
