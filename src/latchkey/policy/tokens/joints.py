"""Conditional literals such as `{ }` and `{, }`, which stand only between two things.

The rules are CiviCRM's (`Civi/Token/TokenCompatSubscriber.php`), worked on the pieces instead of
the finished text, so that braces inside a contact's own name are never taken for ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_PAIRED = frozenset("()`")


@dataclass(frozen=True, slots=True)
class Joint:
    """A conditional literal; `text` is what stands between its braces."""

    text: str

    @property
    def is_paired(self) -> bool:
        """One bracket or backtick: two of them side by side enclose nothing."""
        return self.text.strip() in _PAIRED

    @property
    def is_loose(self) -> bool:
        """Without brackets: it parts two things, so that it has no place at either end."""
        return _PAIRED.isdisjoint(self.text)

    @property
    def is_space(self) -> bool:
        return self.text.isspace()

    @property
    def is_comma(self) -> bool:
        return self.text.startswith(",") and self.text[1:].isspace()


Part = str | Joint


def joined(parts: Iterable[Part]) -> str:
    """The text of the parts, with those conditional literals that have something on both sides.

    In this order: a comma keeps its place before a space; brackets around nothing go; of several
    in a row the last stays; one that only parts things goes at either end.
    """
    remaining = _merged(parts)
    remaining = _without_spaces_after_commas(remaining)
    remaining = _without_empty_pairs(remaining)
    remaining = _last_of_each_row(remaining)
    remaining = _without_loose_end(remaining)
    remaining = _without_loose_end(remaining[::-1])[::-1]
    return "".join(part.text if isinstance(part, Joint) else part for part in remaining)


def _merged(parts: Iterable[Part]) -> list[Part]:
    merged: list[Part] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, str) and isinstance(last, str):
            merged[-1] = last + part
        elif part != "":
            merged.append(part)
    return merged


def _neighbour(parts: list[Part], index: int) -> tuple[Joint, int] | None:
    """The next joint and its index, where nothing but white space lies between."""
    for position in range(index + 1, min(index + 3, len(parts))):
        part = parts[position]
        if isinstance(part, Joint):
            return part, position
        if not part.isspace():
            return None
    return None


def _without_spaces_after_commas(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    index = 0
    while index < len(parts):
        part = parts[index]
        kept.append(part)
        after = _neighbour(parts, index) if isinstance(part, Joint) and part.is_comma else None
        index = after[1] + 1 if after and after[0].is_space else index + 1
    return kept


def _without_empty_pairs(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    index = 0
    while index < len(parts):
        part = parts[index]
        after = _neighbour(parts, index) if isinstance(part, Joint) and part.is_paired else None
        if after and after[0].is_paired:
            index = after[1] + 1
            continue
        kept.append(part)
        index += 1
    return _merged(kept)


def _last_of_each_row(parts: list[Part]) -> list[Part]:
    kept: list[Part] = []
    index = 0
    while index < len(parts):
        after = _neighbour(parts, index) if isinstance(parts[index], Joint) else None
        if after:
            index = after[1]
            continue
        kept.append(parts[index])
        index += 1
    return kept


def _without_loose_end(parts: list[Part]) -> list[Part]:
    """Drops a loose joint from the beginning, with the white space before it."""
    for index, part in enumerate(parts):
        if isinstance(part, Joint):
            return parts[index + 1 :] if part.is_loose else parts
        if not part.isspace():
            return parts
    return parts
