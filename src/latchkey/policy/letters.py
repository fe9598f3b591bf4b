"""Latchkey's own mail to a person: the rule's text with its tokens filled in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from latchkey.policy.rules import Telling
from latchkey.policy.tokens import Pattern

OWN_TOKENS = ("{site.name}", "{account.username}", "{account.link}")
_OWN = re.compile("(" + "|".join(re.escape(token) for token in OWN_TOKENS) + ")")


def site_name(name: str, url: str) -> str:
    """What people know a site by: its address without https:// and www., else our own name."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" or name


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent. `html` empty: text only."""

    subject: str
    text: str
    html: str


def letter(
    telling: Telling, values: Mapping[str, object], *, site: str, username: str, link: str
) -> Letter:
    """The mail for one person. `link` is where they choose a password; never a password itself."""
    own = dict(zip(OWN_TOKENS, (site, username, link), strict=True))
    safe = {name: escape(text) for name, text in values.items() if isinstance(text, str)}
    return Letter(
        subject=" ".join(_filled(telling.subject, values, own).split()),
        text=_filled(telling.text, values, own),
        html=_filled(telling.html, {**values, **safe}, {n: escape(v) for n, v in own.items()}),
    )


def letter_fields(telling: Telling) -> frozenset[str]:
    """The contact fields that the mail names. PatternError when a token in it is not known."""
    return frozenset(
        field
        for text in (telling.subject, telling.text, telling.html)
        for piece in _pieces(text)
        if not isinstance(piece, str)
        for field in piece.fields
    )


def _filled(text: str, values: Mapping[str, object], own: Mapping[str, str]) -> str:
    """Piece by piece, so that no value is ever read as a token."""
    return "".join(
        own[piece] if isinstance(piece, str) else piece.render(values) for piece in _pieces(text)
    )


def _pieces(text: str) -> Iterator[Pattern | str]:
    """Our own tokens as text, and what is between them as patterns of the CRM's tokens."""
    for piece in _OWN.split(text):
        yield piece if piece in OWN_TOKENS else Pattern.parse(piece)
