"""Latchkey's own mail as one person would get it, by pure policy on a sample that is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from latchkey.policy.letters import Letter, letter, letter_fields, site_name
from latchkey.policy.rules import DEFAULT_TELLING, Notify, Telling
from latchkey.policy.tokens import MissingValueError, PatternError
from latchkey.policy.values import Contact
from latchkey.store.models import Connection
from latchkey.web.username_preview import UsernamePreview, made_up

OURS = frozenset({Notify.LATCHKEY.value, Notify.BOTH.value})
# Stands where the real mail has the link, which is made when it is sent.
LINK = "{}/choose-a-password"


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """A mail to somebody; `error` says why there is none. `is_ours` False: only the site writes."""

    is_ours: bool = False
    to: str = ""
    letter: Letter | None = None
    is_made_up: bool = False
    error: str = ""


def telling_of(typed: Mapping[str, Any]) -> Telling:
    """What was typed; what was left empty is as it is by default."""
    return Telling(
        subject=_text(typed, "telling_subject") or DEFAULT_TELLING.subject,
        text=_text(typed, "telling_text") or DEFAULT_TELLING.text,
        html=_text(typed, "telling_html"),
    )


def fields_of_letter(typed: Mapping[str, Any]) -> frozenset[str]:
    """The fields that the mail needs; none when the site writes, or it cannot be read."""
    if typed.get("notify") not in OURS:
        return frozenset()
    try:
        return letter_fields(telling_of(typed))
    except PatternError:
        return frozenset()


def letter_preview(
    typed: Mapping[str, Any],
    contacts: Sequence[Contact],
    site: Connection,
    usernames: UsernamePreview,
) -> LetterPreview:
    """The mail to the first of these contacts, or to somebody made up."""
    if typed.get("notify") not in OURS:
        return LetterPreview()
    one = (contacts or made_up())[0]
    name = usernames.rows[0].username if usernames.rows else ""
    link = LINK.format(site.url.rstrip("/"))
    known_as = site_name(site.name, site.url)
    try:
        written = letter(telling_of(typed), one.values, site=known_as, username=name, link=link)
    except (PatternError, MissingValueError) as error:
        return LetterPreview(is_ours=True, error=str(error))
    return LetterPreview(is_ours=True, to=one.email or "", letter=written, is_made_up=not contacts)


def _text(typed: Mapping[str, Any], name: str) -> str:
    text = str(typed.get(name) or "").replace("\r\n", "\n")
    return text if text.strip() else ""
