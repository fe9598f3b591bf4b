"""What comes from below the pages is said in English: here it gets the language of who reads it.

Those sentences were formed long before, by a worker, with names and numbers in them. They are known
by their shape, from sentences.json, which `make messages` reads from the source.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.utils.translation import get_language, gettext

SENTENCES = Path(__file__).with_name("sentences.json")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class _Shape:
    """A sentence with fields, and what recognises it."""

    template: str
    names: tuple[str, ...]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, template: str) -> "_Shape":
        parts = _FIELD.split(template)
        written = ("(.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        return cls(template, tuple(parts[1::2]), re.compile("".join(written), re.DOTALL))


def translated(text: str) -> str:
    """A sentence from below in the language of the reader; as it is where nobody translated it."""
    if not text or (get_language() or "en").partition("-")[0] == "en":
        return text
    return _translated(text, get_language() or "en")


def said(error: BaseException) -> str:
    """What an error says, to whom it concerns."""
    return translated(str(error))


@lru_cache(maxsize=2000)
def _translated(text: str, language: str) -> str:
    """`language` is the present one; what is kept is kept for each."""
    whole, shapes = _known()
    if text in whole:
        return gettext(text)
    for shape in shapes:
        found = shape.pattern.fullmatch(text)
        if found is None:
            continue
        values = (_translated(one, language) for one in found.groups())
        return _filled(gettext(shape.template), dict(zip(shape.names, values, strict=True)))
    return text


def _filled(template: str, named: Mapping[str, str]) -> str:
    """Not by `format`: a field that a translator has misspelt stays as it is."""
    return _FIELD.sub(lambda field: named.get(field[1], field[0]), template)


@cache
def _known() -> tuple[frozenset[str], tuple[_Shape, ...]]:
    """The sentences without fields, and those with, of which the plainest is tried first."""
    found: list[str] = json.loads(SENTENCES.read_text(encoding="utf-8"))
    shapes = [_Shape.of(one) for one in found if _FIELD.search(one)]
    shapes.sort(key=lambda one: -len(_FIELD.sub("", one.template)))
    return frozenset(found), tuple(shapes)
