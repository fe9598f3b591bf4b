"""Patterns: text with tokens, parsed once and rendered for each contact.

The grammar is that of `Civi/Token/TokenProcessor.php`; what does not match it stays as written.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self, assert_never

from latchkey.policy.tokens.errors import MissingValueError, Place
from latchkey.policy.tokens.fields import Namespace, Reference, reference
from latchkey.policy.tokens.filters import Filter, parse_filter
from latchkey.policy.tokens.joints import Joint, Part, joined
from latchkey.policy.tokens.rendering import as_date, as_text

CRM_TOKENS = frozenset({Namespace.CONTACT, Namespace.DOMAIN})
IMPORT_TOKENS = frozenset({Namespace.CONTACT, Namespace.COLUMN})

# Headings may hold anything, so a column has a rule of its own: up to the brace or the filter, and
# a backslash before whatever would end it.
_PIECE = re.compile(
    r"""
    \{ (?: column \. (?P<heading> (?: [^{}|\\] | \\. )++ )
         | (?P<namespace> (?a:\w+) ) \. (?P<field> (?a:[\w:.]+) ) )
       (?: \| (?P<filter> (?a:\w+) ) (?P<arguments> : [\w":\ %\-_()\[\]+/\#@!,.?]* )? )?
    \}
    | \{ (?P<joint> \s*+ [,~()`*|\-]*+ \s*+ ) \}
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"[{}|\\]")
_BRACED = re.compile(r"\{[^{}]+\}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a pattern."""

    field: Reference
    filter: Filter | None = None

    def render(self, values: Mapping[str, object]) -> str:
        try:
            value = values[self.field.key]
        except KeyError:
            raise MissingValueError(self.field.key) from None
        shown = as_date(value) if self.field.is_date else value
        return self.filter.apply(shown) if self.filter else as_text(shown)


Piece = str | Token | Joint


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed pattern; `text` is as it was written."""

    text: str
    pieces: tuple[Piece, ...]

    @classmethod
    def parse(cls, text: str, *, namespaces: frozenset[Namespace] = CRM_TOKENS) -> Self:
        """The pattern that `text` writes. Raises PatternError, which says what to do instead."""
        return cls(text, tuple(_pieces(text, namespaces)))

    @property
    def fields(self) -> frozenset[str]:
        """What rendering needs: API v4 names with their suffix, `custom_<id>`, `domain.…`,
        `column.…`.

        CiviCRM shows the labels of a custom field's options: whoever translates `custom_<id>` to
        API v4's `Group.field` has to ask for `:label` where the field has options.
        """
        return frozenset(piece.field.key for piece in self.pieces if isinstance(piece, Token))

    @property
    def unread(self) -> tuple[str, ...]:
        """Braces with a word in them that are no token and stay as written: most likely slips."""
        literals = (piece for piece in self.pieces if isinstance(piece, str))
        braced = (found for literal in literals for found in _BRACED.findall(literal))
        return tuple(found for found in braced if any(char.isalnum() for char in found))

    def render(self, values: Mapping[str, object]) -> str:
        """The text for one contact. Raises MissingValueError unless `values` has all `fields`.

        None and "" give nothing; how the others look is said at `as_text`.
        """
        return joined(_part(piece, values) for piece in self.pieces)


def column_token(heading: str) -> str:
    """The token for a column of an import, with what is needed to escape in its heading."""
    if not heading:
        raise ValueError("a column without a heading has no token")
    escaped = _TO_ESCAPE.sub(r"\\\g<0>", heading)
    return f"{{{Namespace.COLUMN}.{escaped}}}"


def _part(piece: Piece, values: Mapping[str, object]) -> Part:
    match piece:
        case str() | Joint():
            return piece
        case Token():
            return piece.render(values)
        case _:
            assert_never(piece)


def _pieces(text: str, namespaces: frozenset[Namespace]) -> Iterator[Piece]:
    end = 0
    for found in _PIECE.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        end = found.end()
        joint = found["joint"]
        yield _token(found, namespaces) if joint is None else Joint(joint)
    if end < len(text):
        yield text[end:]


def _token(found: re.Match[str], namespaces: frozenset[Namespace]) -> Token:
    place = Place(found[0], found.start())
    heading = found["heading"]
    written = found["namespace"] if heading is None else Namespace.COLUMN.value
    namespace = _namespace(written, namespaces, place)
    if heading is None:
        field = reference(namespace, found["field"], place)
    else:
        field = Reference(f"{namespace}." + _ESCAPED.sub(r"\1", heading))
    if found["filter"] is None:
        return Token(field)
    return Token(field, parse_filter(found["filter"], found["arguments"], place))


def _namespace(written: str, allowed: frozenset[Namespace], place: Place) -> Namespace:
    for namespace in allowed:
        if namespace.value == written:
            return namespace
    offered = " or ".join(f"{{{name}.…}}" for name in sorted(allowed))
    raise place.error(f"there are no {{{written}.…}} tokens here; use {offered}")
