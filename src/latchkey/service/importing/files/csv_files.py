"""CSV: which character parts the cells, and the records one by one."""

import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from latchkey.policy.headings import holds
from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.records import Record

DELIMITERS = (",", ";", "\t", "|")
SAMPLE = 1 << 16
# Excel writes and reads such a first line; it is none of the records.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_NAMED = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def delimiter_of(file: BinaryIO, encoding: str) -> str:
    """The character that parts the cells; a comma where there is only one column."""
    sample, complete = _sample(file, encoding)
    named = _SEPARATOR_LINE.match(sample)
    if named:
        return named[1]
    scores = {one: _score(sample, one, complete=complete) for one in DELIMITERS}
    best = max(DELIMITERS, key=lambda one: scores[one])
    return best if scores[best][1] else DELIMITERS[0]


def named(delimiter: str) -> str:
    """The delimiter in a word, for a person."""
    return _NAMED.get(delimiter, delimiter)


def records(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Record]:
    """The records of the file, from its beginning. FileError where one cannot be read."""
    file.seek(0)
    return _parsed(_Borrowed(file, encoding=encoding, newline=""), delimiter)


class _Borrowed(io.TextIOWrapper):
    """Text of a file that belongs to somebody else, who closes it."""

    def close(self) -> None:
        """Leave the file open."""


def _parsed(text: io.TextIOWrapper, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(_without_separator_line(text), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(_sentence(str(error)), line) from error
        except UnicodeError as error:
            raise FileError(
                f"it is not in the encoding {text.encoding} that the rest of the file is in. "
                "Save the file once more, as UTF-8, or name the encoding.",
                line,
            ) from error
        yield Record(line, tuple(cells))


def _without_separator_line(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines; Excel's own first line stays as an empty one, so that lines keep their number."""
    for number, line in enumerate(text):
        if number == 0 and _SEPARATOR_LINE.fullmatch(line):
            yield "\n"
        else:
            yield line


def _sentence(error: str) -> str:
    if "field larger" in error:
        return (
            "a cell never ends: a quotation mark is opened there or shortly after, and not closed. "
            "Close it, or write it twice where it belongs to the text."
        )
    if "unexpected end" in error:
        return "a quotation mark is opened in this record and never closed."
    return (
        "something stands between a closing quotation mark and the next cell. Inside quoted cells "
        'a quotation mark is written twice: "".'
    )


def _sample(file: BinaryIO, encoding: str) -> tuple[str, bool]:
    file.seek(0)
    text = _Borrowed(file, encoding=encoding, errors="replace", newline="")
    sample = text.read(SAMPLE)
    return sample, not text.read(1)


def _score(sample: str, delimiter: str, *, complete: bool) -> tuple[int, bool, float, int]:
    """How well the sample falls into cells: known headings, several columns, even records."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter, strict=True)
    found: list[list[str]] = []
    try:
        found.extend(cells for cells in reader if cells)
    except csv.Error:
        # What was read until then has to do: the other delimiters may come further.
        complete = True
    if not complete and len(found) > 1:
        found.pop()
    if not found:
        return 0, False, 0.0, 0
    width = len(found[0])
    alike = sum(len(cells) == width for cells in found) / len(found)
    known = sum(holds(cell) is not None for cell in found[0])
    return known, width > 1, alike, width
