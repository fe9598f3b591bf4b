"""Everything that can be set is documented in its place, and nothing else is."""

import re

import pytest
from pydantic import BaseModel

from docs.pages import PACKAGE, ROOT, section_of
from latchkey.service.configuration.schema import CrmTable, RuleTable, SiteTable, TellingTable

CONFIGURATION = ROOT / "docs" / "configuration.md"
OPERATIONS = ROOT / "docs" / "operations.md"
TABLES = {"crm": CrmTable, "site": SiteTable, "rule": RuleTable}
# Stands for the settings of a kind, which its own page documents.
UNWRITTEN = {"own"}
VARIABLE = re.compile(r"LATCHKEY_[A-Z]+(?:_[A-Z]+)*")


def rows(text: str) -> set[str]:
    """What the first cells of tables name."""
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


@pytest.mark.parametrize("name", TABLES)
def test_every_key_of_a_table_has_its_row_and_every_row_its_key(name: str) -> None:
    table: type[BaseModel] = TABLES[name]

    documented = rows(section_of(CONFIGURATION, f"## `[{name}.NAME]`"))

    assert documented == set(table.model_fields) - UNWRITTEN


@pytest.mark.parametrize("key", sorted(TellingTable.model_fields))
def test_every_key_of_our_mail_is_documented(key: str) -> None:
    [row] = re.findall(r"^\| `telling` \|.*$", CONFIGURATION.read_text(), re.MULTILINE)

    assert f"`{key}`" in row


def test_every_variable_of_the_environment_is_documented_and_no_other() -> None:
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    # With quotes: as a name that the program looks up.
    used = {name for text in sources for name in re.findall(rf'"({VARIABLE.pattern})"', text)}

    documented = rows(section_of(OPERATIONS, "## Environment"))

    assert documented == used
