"""Files of every origin give the records that were written into them."""

import csv
import io
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latchkey.service.importing.files.errors import FileError
from latchkey.service.importing.files.reading import form_of, read
from service.importing.malformed import MALFORMED
from service.importing.workbooks import ods, xlsx

WAYS = list(
    product(
        ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"),
        (",", ";", "\t"),
        ("\r\n", "\n"),
    )
)
# Pieces of Western names, and everything that CSV has a meaning for.
PIECES = st.sampled_from(
    [
        *"abcXYZ 019@.,;\t\"'|\n",
        "\u00e4n",
        "\u00f6l",
        "\u00fcb",
        "\u00dft",
        "\u00e9a",
        "\u00e8s",
        "\u00e7u",
        "\u00f1o",
        "\u00f8r",
        "\u00c5k",
    ]
)
CELLS = st.lists(PIECES, max_size=10).map("".join)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)
HEADINGS = ("Email", "Vorname", "Note")


def written(rows, encoding: str, delimiter: str, newline: str) -> io.BytesIO:
    """The rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def cells_of(file: io.BytesIO) -> list[tuple[str, ...]]:
    """What is read from a file of which nothing is known."""
    return [record.cells for record in read(file, form_of(file))]


@pytest.mark.parametrize(("encoding", "delimiter", "newline"), WAYS)
@settings(max_examples=25)
@given(rows=ROWS)
def test_what_was_written_is_read(encoding, delimiter, newline, rows):
    table = [HEADINGS, *rows]

    assert cells_of(written(table, encoding, delimiter, newline)) == table


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(content):
    refused, found = "", []

    try:
        found = cells_of(io.BytesIO(content))
    except FileError as error:
        refused = str(error)

    assert len({len(cells) for cells in found}) <= 1
    assert not refused or refused.endswith(".")


@given(ROWS, st.integers(0, 200), st.sampled_from(["", '"', ",", '"\n', "\n"]))
def test_damaged_text_loses_and_merges_no_row_silently(rows, place, damage):
    table = [HEADINGS, *rows]
    text = written(table, "utf-8", ",", "\n").getvalue().decode()
    place = min(place, len(text))
    damaged = text[:place] + damage + text[place:]
    plain = list(csv.reader(io.StringIO(damaged, newline="")))

    try:
        found = cells_of(io.BytesIO(damaged.encode()))
    except FileError:
        return

    assert [list(cells) for cells in found if any(cells)] == [
        cells[: len(found[0])] for cells in plain if any(cells)
    ] or found[0] != HEADINGS


@given(ROWS)
def test_spreadsheets_give_the_same_records_as_text(rows):
    table = [HEADINGS, *((f"p{i}@example.org", "", *row[2:]) for i, row in enumerate(rows))]
    table = [tuple(cell.replace("\n", " ").replace("\t", " ") for cell in row) for row in table]
    expected = [tuple(" ".join(cell.split()) for cell in row) for row in table]

    for content in (xlsx(table), ods(table)):
        found = cells_of(io.BytesIO(content))

        assert [tuple(" ".join(cell.split()) for cell in row) for row in found] == expected


def test_numbers_of_a_spreadsheet_are_text_as_it_is_typed():
    content = xlsx([("Email", "Contact ID", "Share"), ("a@example.org", 1207, 0.5)])

    assert cells_of(io.BytesIO(content))[1] == ("a@example.org", "1207", "0.5")


def test_formula_of_a_spreadsheet_counts_by_what_it_came_to():
    content = xlsx([("Email", "Sum"), ("a@example.org", "=3+4")])

    assert cells_of(io.BytesIO(content))[1] == ("a@example.org", "7")


def test_separator_line_of_excel_names_the_delimiter_and_is_no_record():
    file = io.BytesIO(b"sep=|\r\nEmail|Name\r\na@example.org|A, B; C\r\n")

    assert cells_of(file) == [("Email", "Name"), ("a@example.org", "A, B; C")]


def test_lines_of_old_macs_are_lines():
    file = io.BytesIO(b"Email,Name\ra@example.org,A\rb@example.org,B\r")

    assert len(cells_of(file)) == 3


def test_several_values_in_one_cell_stay_in_it():
    file = io.BytesIO(
        b'"Email","Preferred Communication Method"\r\n"a@example.org","Phone,SMS"\r\n'
    )

    assert cells_of(file)[1] == ("a@example.org", "Phone,SMS")


def test_eastern_and_cyrillic_files_are_told_from_western_ones():
    for text, encoding in (
        ("Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144", "cp1250"),
        ("\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432", "cp1251"),
    ):
        file = io.BytesIO(f"Email,Name\na@example.org,{text}\n".encode(encoding))

        assert cells_of(file)[1] == ("a@example.org", text)


def test_encoding_may_be_named_where_it_cannot_be_told():
    file = io.BytesIO("Email,Name\na@example.org,Dvo\u0159\u00e1k\n".encode("cp1250"))

    assert form_of(file, encoding="cp1250").encoding == "cp1250"
    assert [one.cells for one in read(file, form_of(file, encoding="cp1250"))][1][
        1
    ] == "Dvo\u0159\u00e1k"


class Huge(io.BytesIO):
    """A file that says it has so many bytes, and must not be read."""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Its end is far away."""
        return 1_073_741_824 if whence == io.SEEK_END else super().seek(offset, whence)

    def read(self, size: int | None = -1) -> bytes:
        """Nobody may."""
        raise AssertionError(f"{size} bytes of a file of 1 GB were asked for")


@pytest.mark.parametrize(("content", "sentence"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_file_is_refused_with_a_clear_sentence(content, sentence):
    with pytest.raises(FileError, match=sentence):
        cells_of(io.BytesIO(content))


def test_file_of_one_gigabyte_is_refused_without_reading_it():
    with pytest.raises(FileError, match=r"1024 MB; the most that is read is 256 MB"):
        form_of(Huge())


def test_cell_that_never_ends_is_refused_with_its_line():
    content = b'Email,Name\na@b.org,"A\n' + b"b@b.org,B\n" * 20_000

    with pytest.raises(FileError, match=r"Line 2: a cell never ends"):
        cells_of(io.BytesIO(content))


def test_zip_that_is_no_spreadsheet_is_refused():
    content = xlsx([("Email",)]).replace(b"xl/workbook.xml", b"xl/w0rkbook.xml")

    with pytest.raises(FileError, match=r"zip file and no spreadsheet"):
        cells_of(io.BytesIO(content))
