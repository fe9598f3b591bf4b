"""Plain tables: columns that stand under each other."""

import sys
from collections.abc import Mapping, Sequence

Row = Mapping[str, str]
NARROWEST = 10
# Where columns of several tables are to stand under each other.
WIDTHS = {"what": 58, "of": 46}
TEXTS = ("what", "of", "aim")


def show(rows: Sequence[Row], *, heading: bool = True) -> None:
    """Print rows that have the same columns: texts to the left, numbers to the right."""
    names = list(rows[0])
    lines = [dict(zip(names, names, strict=True))] if heading else []
    for row in (*lines, *rows):
        sys.stdout.write("  ".join(_cell(name, row[name]) for name in names).rstrip() + "\n")
    sys.stdout.flush()


def _cell(name: str, text: str) -> str:
    wide = WIDTHS.get(name, NARROWEST)
    return text.ljust(wide) if name in TEXTS else text.rjust(wide)
