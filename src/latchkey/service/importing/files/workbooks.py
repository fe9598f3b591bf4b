"""Excel's .xlsx and LibreOffice's .ods: the first sheet that holds anything."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, ZipError
from python_calamine import XmlError as SheetXmlError

from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.records import Record

# A sheet is held whole: about 60 bytes a cell.
MOST_CELLS = 2_000_000
MOST_UNPACKED = 300 * 1024 * 1024
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def check_package(file: BinaryIO) -> None:
    """FileError when a zip file is no spreadsheet, or would unpack to more than is held."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            unpacked = sum(one.file_size for one in package.infolist())
            kind = package.read("mimetype")[:200] if "mimetype" in names else b""
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise FileError("The file is damaged: it cannot be unpacked. Save it again.") from error
    if not (any(name.startswith("xl/workbook.") for name in names) or kind.startswith(ODS)):
        raise FileError(
            "This is a zip file and no spreadsheet; unpack it and import what is in it."
        )
    if unpacked > MOST_UNPACKED:
        raise FileError("The spreadsheet is too large. Save it as CSV, which may be any length.")
    file.seek(0)


def records(file: BinaryIO) -> Iterator[Record]:
    """The rows of the first sheet that holds anything. FileError when it cannot be read."""
    sheet = _sheet(file)
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, row in enumerate(sheet.iter_rows()):
        yield Record(first + number, tuple(as_text(cell) for cell in row))


def as_text(cell: object) -> str:
    """A cell as it would be typed: whole numbers without a fraction, dates as ISO 8601."""
    match cell:
        case None:
            return ""
        case bool():
            return "1" if cell else "0"
        case float() if cell.is_integer() and abs(cell) < 10**15:
            return str(int(cell))
        case datetime():
            midnight = cell.time() == time(0, 0)
            return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
        case str() | int() | float() | Decimal() | timedelta():
            return str(cell)
        case _:
            raise FileError(f"A cell holds a {type(cell).__name__}, which is no text. Save as CSV.")


def _sheet(file: BinaryIO) -> CalamineSheet:
    file.seek(0)
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = (workbook.get_sheet_by_name(name) for name in workbook.sheet_names)
        sheet = next((one for one in sheets if one.height), None)
    except PasswordError as error:
        raise FileError("The spreadsheet is locked by a password. Save it without one.") from error
    except (CalamineError, ZipError, SheetXmlError, OSError, ValueError) as error:
        raise FileError(f"The spreadsheet cannot be read: {error}. Save it as CSV.") from error
    if sheet is None:
        raise FileError("The spreadsheet is empty.")
    if sheet.height * sheet.width > MOST_CELLS:
        raise FileError(
            f"The sheet has {sheet.height * sheet.width} cells, more than {MOST_CELLS}. "
            "Save it as CSV, which is read piece by piece."
        )
    return sheet
