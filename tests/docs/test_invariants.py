"""What ARCHITECTURE.md says always holds and no contract of import-linter can say."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.pages import PACKAGE, ROOT
from latchkey.sites.registry import KINDS

CODE = sorted(path for path in PACKAGE.rglob("*.py") if "practice" not in path.parts)
NO_DOORS = {"latchkey.remote.errors", "latchkey.remote.secrets"}
DOORS = {
    "smtplib": {"remote/mail.py"},
    "http": set(),
    "urllib.request": set(),
    "subprocess": {"project/practice.py", "remote/pipe.py"},
    "requests": set(),
}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("module", DOORS)
def test_only_doors_reach_out(module: str) -> None:
    using = {
        str(path.relative_to(PACKAGE))
        for path in CODE
        if any(one == module or one.startswith(f"{module}.") for one in imports_of(path))
    }

    assert using <= DOORS[module]


def test_every_kind_of_site_is_kept_from_the_others() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contracts = lint["importlinter"]["contracts"]
    apart = [one["modules"] for one in contracts if one["type"] == "independence"]

    assert {f"latchkey.sites.{kind}" for kind in KINDS} == set(*apart)


def test_store_opens_transactions_and_no_doors() -> None:
    remote = {
        one
        for path in CODE
        if "store" in path.parts
        for one in imports_of(path)
        if one.startswith("latchkey.remote")
    }

    assert remote <= NO_DOORS
