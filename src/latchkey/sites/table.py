"""What each kind of site can do, as a table made from the SPECs, for documents and screens.

`python -m latchkey.sites.table PAGE` writes it into a page, between its two marks.
"""

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from latchkey.sites.contract import Capabilities, Spec, Support
from latchkey.sites.registry import KINDS

BEGIN = "<!-- The table is made by make docs. -->"
END = "<!-- Its end. -->"
IN_WORDS: Mapping[Support, str] = MappingProxyType(
    {Support.FULL: "yes", Support.PARTLY: "partly", Support.NONE: "no"}
)
_BETWEEN = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of site. `cells` are in words, one for each of COLUMNS."""

    kind: str
    label: str
    cells: tuple[str, ...]


def _fields(can: Capabilities) -> str:
    """How many fields are known beforehand, and whether a site may have others."""
    number = len(can.fields)
    if not number:
        return "the site's own" if can.any_field else "no"
    return f"{number}, and the site's own" if can.any_field else str(number)


_CELLS: Mapping[str, Callable[[Capabilities], Support | str]] = MappingProxyType(
    {
        "bulk": lambda can: can.bulk,
        "bulk look-up": lambda can: can.bulk_lookup,
        "roles": lambda can: can.roles,
        "fields": _fields,
        "language": lambda can: can.language,
        "own mail": lambda can: can.own_mail,
        "one-time link": lambda can: can.one_time_link,
        "disable": lambda can: can.disable,
        "key": lambda can: can.key,
    }
)
COLUMNS = tuple(_CELLS)


def rows() -> list[Row]:
    """Every kind of site, in the registry's order."""
    return [_row(spec) for spec in KINDS.values()]


def markdown() -> str:
    """The table as the documents show it."""
    head = ["kind", *COLUMNS]
    lines = [head, ["---"] * len(head)]
    lines += [[f"[{row.label}]({row.kind}.md)", *row.cells] for row in rows()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def renewed(page: str) -> str:
    """The page with the table as the SPECs say. ValueError when it has no place for one."""
    if not _BETWEEN.search(page):
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return _BETWEEN.sub(f"{BEGIN}\n\n{markdown()}\n\n{END}", page)


def _row(spec: Spec) -> Row:
    cells = [cell(spec.capabilities) for cell in _CELLS.values()]
    words = tuple(IN_WORDS[one] if isinstance(one, Support) else one for one in cells)
    return Row(spec.kind, spec.label, words)


def _write(page: Path) -> None:
    page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
