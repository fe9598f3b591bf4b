"""What a rule that is being typed would do: usernames of real contacts, numbers, warnings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from latchkey.policy.health import Finding
from latchkey.service.rule_warnings import Seen, Writing, warnings
from latchkey.sites.registry import KINDS
from latchkey.store import connections
from latchkey.store.models import Connection
from latchkey.web import live
from latchkey.web.asking import whole
from latchkey.web.letter_preview import LetterPreview, fields_of_letter, letter_preview
from latchkey.web.username_preview import UsernamePreview, fields_of, preview


@dataclass(frozen=True, slots=True)
class Typing:
    """What is shown beside the form. `error` says why the contacts could not be read."""

    usernames: UsernamePreview = field(default_factory=UsernamePreview)
    letter: LetterPreview = field(default_factory=LetterPreview)
    warnings: Sequence[Finding] = ()
    error: str = ""


def typing_of(typed: Mapping[str, Any]) -> Typing:
    """What the fields as they are typed would do."""
    crm = connections.find(Connection.Role.CRM, _text(typed, "crm"))
    site = connections.find(Connection.Role.SITE, _text(typed, "site"))
    if crm is None or site is None:
        return Typing()
    groups, tags = _texts(typed, "groups"), _texts(typed, "tags")
    pattern = _text(typed, "username")
    choices = live.choices(crm, site)
    known_groups = _known(groups, choices.groups)
    known_tags = _known(tags, choices.tags)
    fields = fields_of(pattern) | fields_of_letter(typed)
    found = live.sample(crm, known_groups, known_tags, fields)
    people = found.answer or ()
    usernames = preview(pattern, people, site) if pattern else UsernamePreview()
    number = live.number_in(crm, known_groups, known_tags)
    writing = Writing(
        groups,
        tags,
        _texts(typed, "roles"),
        removes=_text(typed, "afterwards") != "keep",
        brake=whole(_text(typed, "brake")),
    )
    seen = Seen(choices.groups, choices.tags, choices.roles, number.answer)
    return Typing(
        usernames=usernames,
        letter=letter_preview(typed, people, site, usernames),
        warnings=warnings(writing, seen, KINDS[site.kind]),
        error=found.error or next(iter(choices.errors), ""),
    )


def _known(names: Sequence[str], found: Sequence[Any]) -> list[str]:
    """The names that the CRM has, so that a half-typed one is not asked for."""
    known = {one.name for one in found} | {one.title for one in found}
    return [name for name in names if name in known]


def _texts(typed: Mapping[str, Any], name: str) -> list[str]:
    found = typed.getlist(name) if isinstance(typed, QueryDict) else typed.get(name) or ()
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))


def _text(typed: Mapping[str, Any], name: str) -> str:
    found = typed.get(name)
    return "" if found is None else str(found).strip()
