"""The documents of this repository, and what they name."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "latchkey"
OURS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "adr").glob("0*.md"))
FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)


def name_of(page: Path) -> str:
    """The page as a person would call it."""
    return str(page.relative_to(ROOT))


def prose_of(page: Path) -> str:
    """The page without its blocks of code."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


def code_in(page: Path) -> list[str]:
    """What stands between backticks in the prose."""
    return re.findall(r"`([^`\n]+)`", prose_of(page))


def blocks_of(page: Path, language: str) -> list[str]:
    """The blocks of code in this language, without the fences."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def section_of(page: Path, heading: str) -> str:
    """What stands under a heading, up to the next of its rank."""
    rank = heading.partition(" ")[0]
    text = f"\n{page.read_text(encoding='utf-8')}"
    return text.partition(f"\n{heading}\n")[2].partition(f"\n{rank} ")[0]


def anchors_of(page: Path) -> set[str]:
    """The headings as links write them."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}
