"""What an import that is being typed would do: usernames of its first people, and a mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from latchkey.policy.columns import Columns, ColumnsError, checked
from latchkey.policy.tokens import IMPORT_TOKENS, Pattern, PatternError
from latchkey.service.importing.sampling import sample_contacts
from latchkey.service.importing.shaping import suggested
from latchkey.service.importing.stored import columns_of
from latchkey.store import connections
from latchkey.store.models import Connection, Import
from latchkey.web.import_forms import ImportForm
from latchkey.web.installation import installation
from latchkey.web.letter_preview import LetterPreview, fields_of_letter, letter_preview
from latchkey.web.username_preview import UsernamePreview, fields_of, preview

_OF_THE_MAIL = ("notify", "telling_subject", "telling_text", "telling_html")


@dataclass(frozen=True, slots=True)
class ImportTyping:
    """What is shown beside the form."""

    usernames: UsernamePreview = field(default_factory=UsernamePreview)
    letter: LetterPreview = field(default_factory=LetterPreview)


def form_of(one: Import, typed: Mapping[str, Any] | None) -> ImportForm:
    """The form of an import, filled with what was typed, else with what is known."""
    keyring = installation().keyring
    columns = columns_of(keyring, one) if one.columns else suggested(installation(), one)
    return ImportForm(typed, columns=columns, before=one.rule)


def import_typing(one: Import, typed: Mapping[str, Any]) -> ImportTyping:
    """What the fields as they are typed would do."""
    return typing_of_form(one, form_of(one, typed))


def typing_of_form(one: Import, form: ImportForm) -> ImportTyping:
    """What a form would do, before anything was typed too."""
    site, pattern = site_of(form), str(form["username"].value() or "")
    if site is None or not pattern:
        return ImportTyping()
    columns = Columns(form.headings, form.held())
    try:
        parsed = Pattern.parse(pattern, namespaces=IMPORT_TOKENS)
        checked(columns, [parsed], with_crm=bool(form["crm"].value()))
    except (PatternError, ColumnsError) as error:
        return ImportTyping(UsernamePreview(error=str(error)))
    written = {name: form[name].value() for name in _OF_THE_MAIL}
    fields = fields_of(pattern, IMPORT_TOKENS) | fields_of_letter(written)
    people = sample_contacts(installation(), one, columns, fields)
    if not people:
        return ImportTyping(UsernamePreview(error=_("The file has nobody in it.")))
    usernames = preview(pattern, people, site, IMPORT_TOKENS)
    return ImportTyping(usernames, letter_preview(written, people, site, usernames))


def site_of(form: ImportForm) -> Connection | None:
    """The site that the form names, or would name first."""
    sites = [row.name for row in connections.every() if row.role == Connection.Role.SITE]
    name = form["site"].value() or next(iter(sites), "")
    return connections.find(Connection.Role.SITE, str(name))
