"""Showing lists: tables on a terminal, plain lines to a program, JSON or CSV where asked for."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from enum import Enum
from itertools import chain, islice
from typing import Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

# A table is drawn in pieces, so that a long list neither waits nor fills the memory.
PIECE = 500
# A cell that begins so would be run as a formula by a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def say(text: str) -> None:
    """Lines for whoever reads the outcome."""
    typer.echo(_printable_lines(text))


def complain(text: str) -> None:
    """Lines beside the outcome: a warning or an error."""
    typer.echo(_printable_lines(text), err=True)


def printable(text: str) -> str:
    """The text without what would steer a terminal: names come from other systems."""
    return "".join(char if char.isprintable() else " " for char in text)


def show(rows: Iterable[Any], headings: Sequence[str], *, terminal: bool) -> int:
    """The rows, a table on a terminal and tab-separated lines otherwise; how many there were.

    `headings` are names of the rows' fields, in the order in which they are shown.
    """
    return _table(rows, headings) if terminal else _lines(rows, headings)


def write_json(rows: Iterable[Any]) -> int:
    """A JSON array of the rows, one line each; how many there were."""
    count = 0
    for row in rows:
        sys.stdout.write(",\n " if count else "[\n ")
        sys.stdout.write(as_json(row))
        count += 1
    sys.stdout.write("\n]\n" if count else "[]\n")
    return count


def as_json(value: object) -> str:
    """One value as JSON on one line; dataclasses by their fields."""
    given = asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
    return json.dumps(given, ensure_ascii=False, default=_plain)


def write_csv(rows: Iterable[Any]) -> int:
    """The rows as CSV with a heading, safe for spreadsheets; how many there were."""
    writer = csv.writer(sys.stdout)
    count = 0
    for row in rows:
        if count == 0:
            writer.writerow([one.name for one in fields(row)])
        writer.writerow([csv_cell(getattr(row, one.name)) for one in fields(row)])
        count += 1
    return count


def csv_cell(value: object) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = shown(value)
    if isinstance(value, int):
        return text
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def shown(value: object) -> str:
    """A value as text for a person."""
    match value:
        case None:
            return ""
        case datetime():
            return value.isoformat(timespec="seconds")
        case Enum():
            return str(value.value)
        case tuple() | list() | frozenset():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)


def counted(number: int, noun: str) -> str:
    """The number with its noun, whose plural ends in s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _printable_lines(text: str) -> str:
    return "\n".join(printable(line) for line in text.split("\n"))


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case frozenset():
            return sorted(value)
        case _:
            raise TypeError(f"{type(value).__name__} has no form in JSON")


def _lines(rows: Iterable[Any], headings: Sequence[str]) -> int:
    count = 0
    for row in rows:
        typer.echo("\t".join(printable(shown(getattr(row, name))) for name in headings))
        count += 1
    return count


def _table(rows: Iterable[Any], headings: Sequence[str]) -> int:
    console = Console(file=sys.stdout)
    count = 0
    for piece in _pieces(rows):
        table = Table(*(name.replace("_", " ") for name in headings), box=None, pad_edge=False)
        for row in piece:
            cells = (printable(shown(getattr(row, name))) for name in headings)
            table.add_row(*(Text(cell, overflow="fold") for cell in cells))
            count += 1
        console.print(table)
    return count


def _pieces(rows: Iterable[Any]) -> Iterator[Iterable[Any]]:
    rest = iter(rows)
    for first in rest:
        yield chain([first], islice(rest, PIECE - 1))


Writer = Callable[[Iterable[Any]], int]
