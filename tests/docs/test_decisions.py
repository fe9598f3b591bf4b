"""A decision has one form: context, decision, consequences, on one page."""

import re
from pathlib import Path

import pytest

from docs.pages import DECISIONS, ROOT, name_of

INDEX = (ROOT / "docs" / "adr" / "index.md").read_text(encoding="utf-8")
PARTS = ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decision_has_the_form(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)

    assert re.match(rf"# {page.name[:4]} \S", text)
    assert parts[1::2] == PARTS
    assert all(part.strip() for part in parts[2::2])
    assert len(text.splitlines()) <= 60


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decision_is_in_the_list_by_its_title(page: Path) -> None:
    title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")

    assert f"- [{title}]({page.name})" in INDEX


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))
