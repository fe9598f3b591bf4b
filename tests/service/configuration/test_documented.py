"""docs/configuration.md names every key, and its examples load."""

import re
from pathlib import Path

import pytest

from latchkey.service.configuration.document import parse
from latchkey.service.configuration.schema import CrmTable, RuleTable, SiteTable, TellingTable

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
TABLES = (CrmTable, SiteTable, RuleTable, TellingTable)
KEYS = {key for table in TABLES for key in table.model_fields} - {"own"}


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_examples_can_be_loaded(example: str) -> None:
    assert parse(example).rules
