"""Links between documents lead somewhere, and files that are named exist."""

import re
from pathlib import Path

import pytest

from docs.pages import DECISIONS, OURS, PACKAGE, ROOT, anchors_of, code_in, name_of, prose_of

# How ARCHITECTURE.md shortens two folders.
SHORT = {"S": PACKAGE / "service", "P": PACKAGE / "service" / "provisioning"}
TOP = {"src", "tests", "docs", "tools", "bench"}
PACKAGES = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
FILES = (".py", ".md")
FOR_DEVELOPERS = [ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *DECISIONS]
every_page = pytest.mark.parametrize("page", OURS, ids=name_of)


@every_page
def test_links_to_other_documents_resolve(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(page)):
        if "://" in target or target.startswith("mailto:"):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.is_file(), f"{target} is not there"
        assert not anchor or anchor in anchors_of(linked), f"{target} has no such heading"


@every_page
def test_pages_of_the_site_link_to_pages_of_the_site(page: Path) -> None:
    site = ROOT / "docs"
    links = re.findall(r"\]\(([^)#:\s]+\.md)", prose_of(page)) if site in page.parents else []

    assert [one for one in links if site not in (page.parent / one).resolve().parents] == []


@every_page
def test_files_that_are_named_exist(page: Path) -> None:
    # The pages of connectors speak of other systems' folders, too.
    known = TOP if "connectors" in page.parts else TOP | PACKAGES | set(SHORT)
    named = [code for code in code_in(page) if code.split("/")[0] in known and "/" in code]

    assert [code for code in named if not _exists(code)] == []


@pytest.mark.parametrize("page", FOR_DEVELOPERS, ids=name_of)
def test_functions_that_are_named_exist(page: Path) -> None:
    dotted = [code for code in code_in(page) if re.fullmatch(r"[a-z_/]+(\.[A-Za-z_]+)+", code)]
    named = [code for code in dotted if code.split("/")[0] not in TOP]

    assert [code for code in named if not _is_there(code)] == []


def _exists(code: str) -> bool:
    if not re.fullmatch(r"[\w<>.*/-]+", code):
        return True
    head, _, rest = code.partition("/")
    folder = SHORT.get(head) or (ROOT / head if head in TOP else PACKAGE / head)
    pattern = re.sub(r"<\w+>", "*", rest).rstrip("/")
    return not pattern or bool(list(folder.glob(pattern))) or _is_there(code)


def _is_there(code: str) -> bool:
    """Whether there is such a file, or such a name in the module before it.

    True where what stands before the name is no module of ours.
    """
    if code.endswith(FILES):
        return any(list(folder.rglob(code)) for folder in (PACKAGE, ROOT / "tests", ROOT / "docs"))
    if (PACKAGE.parent / code.replace(".", "/")).is_dir():
        return True
    *before, name = code.replace("/", ".").split(".")
    modules = [path for path in PACKAGE.rglob("*.py") if path.stem == before[-1]]
    meant = re.compile(rf"\b(def|class) {name}\b")
    return not modules or any(meant.search(path.read_text("utf-8")) for path in modules)
