"""Cells that a spreadsheet shows as they are, and never works out."""

# A cell that begins so would be run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(text: str) -> str:
    """The text as a cell of an exported CSV."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
