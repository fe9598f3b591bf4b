"""The documentation site holds every page, and every kind of site has one."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.pages import PACKAGE, ROOT
from latchkey import __version__
from latchkey.sites.registry import KINDS

DOCS = ROOT / "docs"
SITE = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]


def pages_in(nav: list[Any]) -> Iterator[str]:
    for entry in nav:
        if isinstance(entry, str):
            yield entry
            continue
        for below in entry.values():
            yield from [below] if isinstance(below, str) else pages_in(below)


def test_navigation_names_every_page_once() -> None:
    pages = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md"))

    assert sorted(pages_in(SITE["nav"])) == pages


def test_every_kind_of_site_has_its_page_and_its_line() -> None:
    index = (DOCS / "connectors" / "index.md").read_text(encoding="utf-8")

    lacking = [kind for kind in KINDS if f"| [`{kind}`]({kind}.md) |" not in index]

    assert lacking == []
    assert [kind for kind in KINDS if not (DOCS / "connectors" / f"{kind}.md").is_file()] == []


def test_site_takes_nothing_from_another_host() -> None:
    assert SITE["theme"]["font"] is False
    assert not {"extra_css", "extra_javascript"} & set(SITE)


def test_every_package_is_on_the_map() -> None:
    architecture = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    packages = [path.parent.name for path in Path(PACKAGE).glob("*/__init__.py")]

    assert [name for name in packages if f"| `{name}` |" not in architecture] == []


def test_every_make_target_is_in_contributing() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    targets = [line.split(":")[0] for line in makefile if "## " in line and ":" in line]
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

    assert [
        one for one in targets if one.isalpha() and f"| `make {one}` |" not in contributing
    ] == ["help"]


def test_changelog_begins_with_the_version_of_the_package() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert changelog.partition("\n## ")[2].startswith(f"[{__version__}]")
