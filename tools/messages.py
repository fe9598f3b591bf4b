"""Renews the catalogues of translations in src/latchkey/locale: `make messages`. Needs gettext.

The pages mark their texts themselves. What comes from below them is said in English by packages
that know no Django; its sentences are read from their source, kept in web/sentences.json, and
translated by web/wording.py where a page shows them.
"""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from latchkey.policy.tokens import TOKENS
from latchkey.sites.registry import KINDS

SOURCE: Final = Path(__file__).resolve().parents[1] / "src" / "latchkey"
PACKAGES: Final = ("crm", "policy", "remote", "service", "sites")
SENTENCES: Final = SOURCE / "web" / "sentences.json"
LOCALE: Final = SOURCE / "locale"
# Headings of CiviCRM's files, in the languages of CiviCRM.
UNREAD: Final = {"headings.py"}
# Seen by xgettext only: it exists while this runs.
MARKED: Final = SOURCE / "web" / "marked_sentences.py"
# At least two words, as people write them.
_WORDS: Final = re.compile(r"""^["“{]?[A-Za-z][^\s<>=]*\s+["“({]?[\w{]""")
_NO_SENTENCE: Final = re.compile(r"[\n\\<>=]|^(SELECT|INSERT|UPDATE|DELETE|POST|GET) ")
_UNSAID: Final = {"debug", "info", "warning", "error", "exception", "compile", "TypeVar"}


def sentences() -> list[str]:
    """What the packages below the pages may say; `{name}` stands for what differs."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in sorted((SOURCE / package).rglob("*.py")):
            if path.name in UNREAD:
                continue
            found.update(_said(ast.parse(path.read_text(encoding="utf-8"))))
    found.update(one.label for one in TOKENS)
    for kind in KINDS.values():
        found.add(kind.label)
        found.update(text for one in kind.settings for text in (one.label, one.help))
    return sorted(found)


def main() -> None:
    """Write the sentences and every catalogue."""
    found = sentences()
    SENTENCES.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = (f"gettext_noop({json.dumps(one, ensure_ascii=False)})" for one in found)
    MARKED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        _make()
        # English needs none: its texts are the keys.
        _run("compilemessages", "--exclude=en")
    finally:
        MARKED.unlink()
    for catalogue in sorted(LOCALE.rglob("django.po")):
        text = catalogue.read_text(encoding="utf-8")
        # A date would make a change of every run.
        text = re.sub(r'"POT-Creation-Date:[^\n]*\n', "", text)
        catalogue.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{catalogue}: {text.count('msgid ') - 1} texts\n")


def _make() -> None:
    languages = [one.name for one in LOCALE.iterdir() if one.is_dir()] or ["en"]
    asked = [f"--locale={one}" for one in languages]
    # What is practised with, and what a terminal says, is English.
    left_out = [f"--ignore={one}" for one in ("practice", "cli", "static", "docs")]
    _run("makemessages", "--no-location", "--no-obsolete", *asked, *left_out)


def _run(*arguments: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "latchkey.project.settings"}
    subprocess.run(  # noqa: S603 - the arguments stand in this file
        [sys.executable, "-m", "django", *arguments],
        cwd=SOURCE,
        check=True,
        env={**os.environ, **settings},
    )


def _said(tree: ast.AST) -> Iterator[str]:
    """The sentences of a module: no docstring, nothing that is logged, no part of another text."""
    unsaid = {id(one) for one in _unsaid(tree)}
    for node in ast.walk(tree):
        if id(node) in unsaid:
            continue
        text = _template(node)
        bare = re.sub(r"\{\w+\}", "", text)
        if _WORDS.match(text) and re.search(r"[A-Za-z]{2}", bare) and not _NO_SENTENCE.search(text):
            yield text


def _unsaid(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()):
                yield node.value
            case ast.JoinedStr():
                yield from (one for value in node.values for one in ast.walk(value))
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name in _UNSAID:
                yield from (one for part in node.args for one in ast.walk(part))


def _template(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return _joined(parts)
        case _:
            return ""


def _joined(parts: list[ast.expr]) -> str:
    """An f-string as a text whose fields have names of their own."""
    names: list[str] = []
    text = ""
    for part in parts:
        match part:
            case ast.Constant(value=str() as said):
                text += said
            case ast.FormattedValue(value=value):
                wanted = _name(value)
                number = names.count(wanted) + 1
                names.append(wanted)
                text += f"{{{wanted}}}" if number == 1 else f"{{{wanted}_{number}}}"
    return text


def _name(value: ast.expr) -> str:
    named = [one for one in ast.walk(value) if isinstance(one, ast.Name | ast.Attribute)]
    match named[0] if named else None:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return "text"


if __name__ == "__main__":
    main()
