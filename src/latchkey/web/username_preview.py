"""What a username pattern gives real contacts, by pure policy on a sample that is read once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from latchkey.policy.planning import valid_address
from latchkey.policy.tokens import CRM_TOKENS, MissingValueError, Namespace, Pattern, PatternError
from latchkey.policy.usernames import UsernameLimits, candidates, username_from
from latchkey.policy.values import Contact
from latchkey.sites.registry import KINDS
from latchkey.store import accounts
from latchkey.store.models import Connection

SHOWN = 8
# Read with every sample, so that most of what is typed needs no further question.
COMMON = frozenset(
    {
        "id",
        "first_name",
        "middle_name",
        "last_name",
        "nick_name",
        "display_name",
        "external_identifier",
        "email_primary.email",
        "preferred_language",
        "job_title",
        "birth_date",
    }
)
# Shown while nobody is in the groups: awkward ones, as they come.
_MADE_UP: tuple[Mapping[str, str], ...] = (
    {"first_name": "María José", "last_name": "Núñez", "id": "101"},
    {"first_name": "Seán", "last_name": "O'Brien", "id": "102"},
    {"first_name": "小龙", "last_name": "李", "id": "103"},
    {"first_name": "", "last_name": "", "id": "104"},
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One contact with the username that the pattern gives; `note` says what is unusual."""

    name: str
    email: str
    username: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class UsernamePreview:
    """What the pattern gives. `error` says why it gives nothing."""

    rows: Sequence[Shown] = ()
    error: str = ""
    is_made_up: bool = False


def fields_of(pattern: str, namespaces: frozenset[Namespace] = CRM_TOKENS) -> frozenset[str]:
    """The fields that a preview of the pattern needs; the common ones when it cannot be read."""
    try:
        return COMMON | Pattern.parse(pattern, namespaces=namespaces).fields
    except PatternError:
        return COMMON


def preview(
    pattern: str,
    contacts: Sequence[Contact],
    site: Connection,
    namespaces: frozenset[Namespace] = CRM_TOKENS,
) -> UsernamePreview:
    """The usernames of some contacts, each different from the others and from those known."""
    try:
        parsed = Pattern.parse(pattern, namespaces=namespaces)
    except PatternError as error:
        return UsernamePreview(error=str(error))
    if parsed.unread:
        sentence = _("%(text)s is no field and would stay as it is.") % {"text": parsed.unread[0]}
        return UsernamePreview(error=sentence)
    people = contacts[:SHOWN] or made_up()
    try:
        rows = _rows(parsed, people, site)
    except MissingValueError as error:
        return UsernamePreview(error=str(error))
    return UsernamePreview(rows, is_made_up=not contacts)


def _rows(pattern: Pattern, people: Sequence[Contact], site: Connection) -> list[Shown]:
    limits = KINDS[site.kind].usernames
    stems = [username_from(pattern, one.values, limits, one.email or "") for one in people]
    taken = accounts.usernames_taken(site, stems)
    rows = []
    for contact, stem in zip(people, stems, strict=True):
        name = _free(stem, limits, taken, site)
        taken.add(name.lower())
        rows.append(
            Shown(
                contact.display_name, contact.email or "", name, _note(contact, stem, name, pattern)
            )
        )
    return rows


def _free(stem: str, limits: UsernameLimits, taken: set[str], site: Connection) -> str:
    for name in candidates(stem, limits):
        if name.lower() in taken:
            continue
        if name == stem or not accounts.usernames_taken(site, [name]):
            return name
        taken.add(name.lower())
    raise AssertionError("there is always another candidate")


def _note(contact: Contact, stem: str, name: str, pattern: Pattern) -> str:
    if contact.email is None or not valid_address(contact.email):
        return _("has no usable address, so no account is made")
    if name != stem:
        return _("%(name)s is taken") % {"name": stem}
    if not pattern.render(contact.values).strip():
        return _("the fields are empty, so the address stands in")
    return ""


def made_up() -> list[Contact]:
    """Awkward people, for where nobody real can be shown."""
    people = []
    for number, fields in enumerate(_MADE_UP, start=101):
        values: Mapping[str, object] = defaultdict(str, fields)
        name = f"{fields['first_name']} {fields['last_name']}".strip() or _("(no name)")
        people.append(
            Contact(number, "Individual", name, f"person{number}@example.org", values=values)
        )
    return people
