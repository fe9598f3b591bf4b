"""docs/configuration.md names every key, and its examples load."""

import re
from pathlib import Path

import pytest

from latchkey.service.configuration.document import parse
from latchkey.service.configuration.schema import CrmTable, RuleTable, SiteTable, TellingTable
from latchkey.sites.registry import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text(encoding="utf-8")
TABLES = (CrmTable, SiteTable, RuleTable, TellingTable)
KEYS = {key for table in TABLES for key in table.model_fields} - {"own"}
OF_KINDS = {setting.name for spec in KINDS.values() for setting in spec.settings}


@pytest.mark.parametrize("key", sorted(KEYS | OF_KINDS))
def test_every_key_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_site_is_documented(kind: str) -> None:
    assert f'`"{kind}"`' in PAGE


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL))
def test_examples_can_be_loaded(example: str) -> None:
    assert parse(example).rules
