"""Opening a file, whatever it is: CSV in any encoding, .xlsx or .ods."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from latchkey.service.importing.files import csv_files, workbooks
from latchkey.service.importing.files.encodings import PIECE, encoding_of
from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.records import Record, even

MEGABYTE = 1024 * 1024
MOST_BYTES = 256 * MEGABYTE
MOST_BYTES_OF_WORKBOOK = 32 * MEGABYTE
ZIP = b"PK\x03\x04"
# What people pick by mistake, by how it begins.
STRANGERS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"{\\rtf", "a text document"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
WEB_PAGE = (b"<!doctype", b"<html", b"<?xml")


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written. `encoding` and `delimiter` are empty for a spreadsheet."""

    encoding: str = ""
    delimiter: str = ""

    @property
    def is_text(self) -> bool:
        """Whether it is CSV."""
        return bool(self.encoding)


def check_size(size: int) -> None:
    """FileError when a file of so many bytes is too large to be imported, or empty."""
    if size == 0:
        raise FileError("The file is empty.")
    if size > MOST_BYTES:
        raise FileError(
            f"The file has {size // MEGABYTE} MB; the most that is read is "
            f"{MOST_BYTES // MEGABYTE} MB. Part it, or leave out columns that are not needed."
        )


def form_of(file: BinaryIO, *, encoding: str = "") -> Form:
    """How the file is written. FileError when it is nothing that can be imported.

    `encoding` is what a person says, empty to find out. The file has to be seekable.
    """
    size = file.seek(0, SEEK_END)
    check_size(size)
    file.seek(0)
    beginning = file.read(PIECE)
    file.seek(0)
    _refuse_strangers(beginning)
    if beginning.startswith(ZIP):
        if size > MOST_BYTES_OF_WORKBOOK:
            raise FileError("The spreadsheet is too large. Save it as CSV.")
        workbooks.check_package(file)
        return Form()
    found = _named_encoding(encoding) if encoding else encoding_of(file)
    return Form(found, csv_files.delimiter_of(file, found))


def read(file: BinaryIO, form: Form) -> Iterator[Record]:
    """The records, all of one width. FileError, with the line, at the first that is malformed."""
    if form.is_text:
        return even(csv_files.records(file, form.encoding, form.delimiter))
    return even(workbooks.records(file))


def _refuse_strangers(beginning: bytes) -> None:
    for mark, what in STRANGERS:
        if beginning.startswith(mark):
            raise FileError(f"This is {what}. Import a CSV, .xlsx or .ods file.")
    if beginning.startswith(OLD_EXCEL):
        raise FileError("This is an old Excel file (.xls). Save it as .xlsx or as CSV.")
    if beginning.lstrip().lower().startswith(WEB_PAGE):
        raise FileError(
            "This is a web page and no export; most often the export asked for a log-in. "
            "Export once more."
        )


def _named_encoding(encoding: str) -> str:
    try:
        "".encode(encoding)
    except LookupError:
        raise FileError(f"There is no encoding {encoding}; try utf-8 or windows-1252.") from None
    return encoding
