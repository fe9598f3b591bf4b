"""Which column of a file holds what: by its heading, never by its place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from latchkey.policy.headings import EMAIL, ID, PASSWORD, heading_mark, holds
from latchkey.policy.tokens import OLD_NAMES, TOKENS, Namespace, Pattern

CHOICES: Mapping[str, str] = {
    **{one.name: one.label for one in TOKENS if one.namespace is Namespace.CONTACT},
    PASSWORD: "Password",
}
COLUMN = f"{Namespace.COLUMN}."


class ColumnsError(ValueError):
    """The columns cannot be used as they are; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, and which of them holds what.

    `headings` are unique, in the file's order. `held` is heading by what it holds: a token field
    without its suffix, or PASSWORD.
    """

    headings: tuple[str, ...]
    held: Mapping[str, str] = field(default_factory=dict)

    def cell(self, cells: Sequence[str], what: str) -> str | None:
        """What a record says about a field, None where no column holds it."""
        heading = self.held.get(what)
        return None if heading is None else cells[self.headings.index(heading)].strip()

    def tokens(self) -> frozenset[str]:
        """What a pattern may name: every column but the password, and the fields held."""
        secret = self.held.get(PASSWORD)
        columns = {f"{COLUMN}{one}" for one in self.headings if one != secret}
        return frozenset(columns | (self.held.keys() - {PASSWORD}))

    def value(self, cells: Sequence[str], token: str) -> str:
        """What a record has for one of those tokens, with a suffix or without; empty for others."""
        if not token.startswith(COLUMN):
            return self.cell(cells, token.partition(":")[0]) or ""
        heading = token.removeprefix(COLUMN)
        if heading not in self.headings or heading == self.held.get(PASSWORD):
            return ""
        return cells[self.headings.index(heading)].strip()


def headings_of(record: Sequence[str]) -> tuple[str, ...]:
    """A file's first record as headings: none empty, none twice."""
    found: list[str] = []
    for number, cell in enumerate(record, start=1):
        heading = " ".join(cell.split()) or f"Column {number}"
        found.append(_unused(heading, found))
    return tuple(found)


def numbered(width: int) -> tuple[str, ...]:
    """The headings of a file that has none."""
    return tuple(f"Column {number}" for number in range(1, width + 1))


def looks_like_headings(record: Sequence[str]) -> bool:
    """Whether a first record is more likely headings than a person."""
    if any("@" in cell for cell in record):
        return False
    return any(holds(cell) for cell in record) or all(cell.strip() for cell in record)


def recognised(headings: Iterable[str]) -> dict[str, str]:
    """What the columns hold by their headings alone; of several for one thing, the first."""
    held: dict[str, str] = {}
    for heading in headings:
        what = holds(heading)
        if what is not None:
            held.setdefault(what, heading)
    return held


def digest(headings: Iterable[str]) -> str:
    """The same for two files that have the same headings, in whatever order and spelling."""
    return sha256("\n".join(sorted(map(heading_mark, headings))).encode()).hexdigest()


def held_by_hand(headings: Sequence[str], written: Mapping[str, str]) -> dict[str, str]:
    """What a person said, such as `{"email": "E-Mail"}`, by the names that fields have here.

    ColumnsError for a field or a heading that is not known.
    """
    by_mark = {heading_mark(heading): heading for heading in headings}
    held: dict[str, str] = {}
    for name, heading in written.items():
        what = OLD_NAMES.get(name, name).partition(":")[0]
        if what not in CHOICES:
            raise ColumnsError(f"{name} is nothing that a column can hold; try email, first_name.")
        if heading_mark(heading) not in by_mark:
            known = ", ".join(headings)
            raise ColumnsError(f'The file has no column "{heading}"; it has {known}.')
        held[what] = by_mark[heading_mark(heading)]
    return held


def checked(columns: Columns, patterns: Iterable[Pattern], *, with_crm: bool) -> None:
    """ColumnsError when an account cannot be made from these columns.

    `with_crm`: what no column holds is read from the CRM, so patterns may name it.
    """
    if EMAIL not in columns.held:
        raise ColumnsError(
            "No column holds the e-mail address, and without one nobody can have an account. "
            f"The columns are {', '.join(columns.headings)}; say which it is."
        )
    if with_crm and ID not in columns.held:
        raise ColumnsError(
            "No column holds the Contact ID, so that the rows cannot be found in the CRM. "
            "Say which it is, or import without the CRM."
        )
    known = columns.tokens()
    for pattern in patterns:
        for field_name in sorted(pattern.fields):
            is_column = field_name.startswith(COLUMN)
            if _without_suffix(field_name) in known or (with_crm and not is_column):
                continue
            raise ColumnsError(_unheld(columns, field_name))


def _unheld(columns: Columns, field_name: str) -> str:
    if field_name.startswith(COLUMN):
        name = field_name.removeprefix(COLUMN)
        if name == columns.held.get(PASSWORD):
            return f'The column "{name}" holds passwords: no pattern may name it.'
        return f'A pattern names the column "{name}", which the file has not.'
    label = CHOICES.get(_without_suffix(field_name), field_name)
    return f"A pattern names {label}, which no column holds; say which one, or take it out."


def _without_suffix(field_name: str) -> str:
    return field_name if field_name.startswith(COLUMN) else field_name.partition(":")[0]


def _unused(heading: str, found: Sequence[str]) -> str:
    marks = {heading_mark(one) for one in found} | set(found)
    number, fresh = 1, heading
    while fresh in marks or (heading_mark(fresh) and heading_mark(fresh) in marks):
        number += 1
        fresh = f"{heading} ({number})"
    return fresh
