"""The guide: the same pages of docs/ that are read beside the source, as HTML."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.token import Token

# In an installed package the pages are inside, in a checkout beside it.
_PLACES = (
    Path(__file__).resolve().parents[1] / "docs",
    Path(__file__).resolve().parents[3] / "docs",
)
# Who reads it here has the screens themselves before them.
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n\n?", re.MULTILINE)
# Names all the others, as the list beside each page does.
CONTENTS = "index"
# In the order in which they are read; what is not named comes last.
_FIRST = (
    "guide/first-steps",
    "guide/connections",
    "guide/rules",
    "guide/usernames",
    "guide/review",
    "guide/holds-and-failures",
    "guide/accounts",
    "guide/import",
    "guide/users",
    "guide/practice",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the guide; `name` is its path below docs/ without its ending."""

    name: str
    title: str
    html: str


def folder() -> Path:
    """Where the pages are."""
    return next(place for place in _PLACES if place.is_dir())


def names() -> list[str]:
    """All pages, those for beginners first."""
    found = [
        path.relative_to(folder()).with_suffix("").as_posix()
        for path in sorted(folder().rglob("*.md"))
        if "adr" not in path.parts
    ]
    first = [name for name in _FIRST if name in found]
    return first + [name for name in found if name not in {*first, CONTENTS}]


@lru_cache(maxsize=64)
def page(name: str) -> Page | None:
    """A page, None when there is none of this name."""
    if name not in names():
        return None
    text = _PICTURE.sub("", (folder() / f"{name}.md").read_text(encoding="utf-8"))
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title = next((token.content for token in tokens if token.type == "inline"), name)
    _lead_within(tokens, name)
    html = str(markdown.renderer.render(tokens, markdown.options, {}))
    html = html.replace("<table>", '<table class="table" tabindex="0">')
    # Long lines and wide tables are scrolled sideways, with the keyboard too.
    return Page(name, title, html.replace("<pre>", '<pre tabindex="0">'))


def _lead_within(tokens: list[Token], name: str) -> None:
    """Links between the pages lead to where they are shown here."""
    known = set(names())
    for token in tokens:
        for child in token.children or ():
            target = str(child.attrs.get("href", ""))
            place, _, fragment = target.partition("#")
            if child.type != "link_open" or not place.endswith(".md"):
                continue
            other = _beside(name, place.removesuffix(".md"))
            if other in known:
                ending = f"#{fragment}" if fragment else ""
                child.attrs["href"] = reverse("web:help_page", args=[other]) + ending


def _beside(name: str, place: str) -> str:
    """The name of a page that another names relative to itself."""
    steps = name.split("/")[:-1]
    for step in place.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step != ".":
            steps.append(step)
    return "/".join(steps)
