"""Latchkey's own mail to a person: the rule's text with its tokens filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from latchkey.policy.rules import Telling
from latchkey.policy.tokens import Pattern


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
    own = {"{site.name}": site, "{account.username}": username, "{account.link}": link}
    safe = {name: escape(text) for name, text in values.items() if isinstance(text, str)}
    return Letter(
        subject=" ".join(_filled(telling.subject, values, own).split()),
        text=_filled(telling.text, values, own),
        html=_filled(telling.html, {**values, **safe}, {n: escape(v) for n, v in own.items()}),
    )


def _filled(text: str, values: Mapping[str, object], own: Mapping[str, str]) -> str:
    """The contact's tokens are filled in before ours, piece by piece: no value is read as one."""
    for token, value in own.items():
        if token in text:
            before, _, after = text.partition(token)
            return _filled(before, values, own) + value + _filled(after, values, own)
    return Pattern.parse(text).render(values)
