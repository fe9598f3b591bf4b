"""What a file of people is to this kind of CRM; the store's rows are behind it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FileRow:
    """One record. `number` counts from 1 as a spreadsheet does; `place` counts the people."""

    number: int
    place: int
    contact_id: int
    cells: tuple[str, ...]


class Rows(Protocol):
    """The records of one file that name a contact, each contact once."""

    def pages(self) -> Iterator[list[FileRow]]:
        """All of them, ascending by number."""

    def of(self, contact_ids: Sequence[int]) -> Mapping[int, FileRow]:
        """Those of these contacts; the ones that are not in the file are absent."""

    def holders(self, addresses: Iterable[str]) -> Mapping[str, list[int]]:
        """Contacts by address (as `same_address` gives it), ascending; absent where nobody."""
