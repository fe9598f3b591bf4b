"""Every kind of site has its page, and the page leaves nothing out."""

from pathlib import Path

import pytest

from latchkey.sites.contract import Spec
from latchkey.sites.registry import KINDS

PAGES = Path(__file__).resolve().parents[2] / "docs" / "connectors"
every_kind = pytest.mark.parametrize("spec", KINDS.values(), ids=list(KINDS))


@every_kind
def test_every_setting_is_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8")

    for setting in spec.settings:
        assert f"| `{setting.name}` | {setting.label} |" in page


@every_kind
def test_every_field_is_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8")

    assert [name for name in spec.capabilities.fields if f"`{name}`" not in page] == []


@every_kind
def test_roles_that_are_never_given_are_on_the_page(spec: Spec) -> None:
    page = (PAGES / f"{spec.kind}.md").read_text(encoding="utf-8")

    assert [role for role in sorted(spec.privileged) if role not in page] == []
    assert str(spec.usernames.max_length) in page


@every_kind
def test_kind_is_named_once_and_complete(spec: Spec) -> None:
    assert KINDS[spec.kind] is spec
    assert all(setting.label and setting.help for setting in spec.settings)
