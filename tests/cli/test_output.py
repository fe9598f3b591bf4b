"""What is shown steers no terminal and starts no formula."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.cli.output import csv_cell, printable, show, write_csv, write_json


@dataclass(frozen=True, slots=True)
class Row:
    number: int | None
    name: str
    roles: tuple[str, ...] = ()


ROWS = st.lists(st.builds(Row, st.integers() | st.none(), st.text(), st.tuples(st.text())))


@given(st.text())
def test_no_cell_starts_as_a_formula(text: str) -> None:
    cell = csv_cell(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_negative_number_is_no_formula() -> None:
    assert csv_cell(-5) == "-5"


@given(st.text())
def test_nothing_printable_steers_a_terminal(text: str) -> None:
    assert printable(text).isprintable()


@given(ROWS)
def test_json_is_an_array_of_all_rows(rows: list[Row]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        out = io.StringIO()
        patch.setattr("sys.stdout", out)
        count = write_json(rows)

    read = json.loads(out.getvalue())
    assert count == len(rows)
    assert [(one["number"], one["name"]) for one in read] == [(r.number, r.name) for r in rows]


def test_csv_has_a_heading_and_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv([Row(1, 'a "quoted", name', ("x", "y")), Row(None, "=1+1")])

    read = list(csv.reader(io.StringIO(capsys.readouterr().out)))

    assert read == [
        ["number", "name", "roles"],
        ["1", 'a "quoted", name', "x, y"],
        ["", "'=1+1", ""],
    ]


def test_plain_lines_have_no_colour_and_one_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    show([Row(1, "red \x1b[31m\nname")], ("number", "name"), terminal=False)

    assert capsys.readouterr().out == "1\tred  [31m name\n"


def test_long_table_is_shown_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    count = show((Row(n, f"name{n}") for n in range(1200)), ("number", "name"), terminal=True)

    out = capsys.readouterr().out
    assert count == 1200
    assert all(f"name{n}" in out for n in (0, 499, 500, 1199))


def test_nothing_is_printed_when_the_first_row_cannot_be_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing() -> Iterator[Row]:
        raise LookupError("there is no such contact")
        yield Row(1, "never")

    with pytest.raises(LookupError):
        write_json(failing())

    assert capsys.readouterr().out == ""
