"""What an import gives to whom: which column holds what, and the rule that follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from latchkey.policy.columns import Columns, checked, digest, held_by_hand, recognised
from latchkey.policy.headings import PASSWORD, heading_mark
from latchkey.policy.roles import privileged_among
from latchkey.policy.tokens import IMPORT_TOKENS, Pattern
from latchkey.service.configuration.complaints import complaints
from latchkey.service.configuration.imports import ImportTable
from latchkey.service.configuration.problems import ConfigurationError, Problem
from latchkey.service.configuration.rules import definition_of, version_of
from latchkey.service.importing.stored import columns_of, headings
from latchkey.service.installation import Installation
from latchkey.store import imports
from latchkey.store.connections import FILE
from latchkey.store.models import Connection, Import

DEFAULT_USERNAME = "{contact.email}"
WARNING = (
    "The file brings passwords along. Whoever saw the file knows them; without that column every "
    "account gets a random one that nobody sees, and people choose their own by a link."
)
OPEN = (Import.State.UPLOADED, Import.State.PLANNING, Import.State.PLANNED)


class ImportRefusedError(Exception):
    """The import cannot go on as it is asked for; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks of an import. `crm` None lets the file stand for itself.

    `held` is heading by what its column holds, by hand (`{"email": "E-Mail"}`); None for what
    recognises itself or was remembered. `given` are fields of a rule, such as roles and notify.
    """

    site: Connection
    crm: Connection | None = None
    held: Mapping[str, str] | None = None
    given: Mapping[str, Any] | None = None


def suggested(installation: Installation, one: Import) -> Columns:
    """The columns with what they hold as far as it is known: remembered, else by heading."""
    known = headings(installation.keyring, one)
    if not one.has_headings:
        return Columns(known)
    by_mark = {heading_mark(heading): heading for heading in known}
    remembered = imports.recall(digest(known)).items()
    held = {what: by_mark[heading_mark(heading)] for what, heading in remembered}
    return Columns(known, held or recognised(known))


def head(one: Import, *, has_headings: bool) -> None:
    """Say whether the first line holds headings ("ignore first line").

    The columns are to be said anew, and what was planned by them is void. ImportRefusedError when
    the import has begun already.
    """
    _open_again(one, has_headings=has_headings, columns={})
    if one.rule is not None:
        imports.forget_decisions(one.rule)


def shape(installation: Installation, one: Import, wanted: Wanted) -> list[str]:
    """Settle what the import gives; warnings to be shown. Nothing is decided about anybody yet.

    ConfigurationError or ColumnsError when it cannot be carried out as it is asked for,
    ImportRefusedError when it has begun already.
    """
    if one.state not in OPEN:
        raise _begun(one)
    columns = _columns(installation, one, wanted)
    table = _table(wanted)
    _refuse_powerful(installation, wanted.site, table)
    patterns = [Pattern.parse(text, namespaces=IMPORT_TOKENS) for text in _patterns(table)]
    checked(columns, patterns, with_crm=wanted.crm is not None)
    definition = definition_of(table)
    ends = (wanted.crm or wanted.site, wanted.site)
    version = version_of({**definition, "columns": dict(columns.held)}, *ends)
    _open_again(one, columns=dict(columns.held), problem="")
    imports.shape(one, wanted.crm, wanted.site, definition=definition, version=version)
    if one.has_headings:
        imports.remember(digest(columns.headings), dict(columns.held))
    return [WARNING] if PASSWORD in columns.held else []


def _open_again(one: Import, **changes: Any) -> None:
    """In one statement, for somebody else may confirm it at the same moment."""
    if not imports.move(one, OPEN, Import.State.UPLOADED, **changes):
        raise _begun(one)


def _begun(one: Import) -> ImportRefusedError:
    return ImportRefusedError(f"This import is {one.state}; upload the file again to change it.")


def _columns(installation: Installation, one: Import, wanted: Wanted) -> Columns:
    if wanted.held is None:
        if one.columns:
            return columns_of(installation.keyring, one)
        return suggested(installation, one)
    known = headings(installation.keyring, one)
    return Columns(known, held_by_hand(known, wanted.held))


def _table(wanted: Wanted) -> ImportTable:
    given = {"username": DEFAULT_USERNAME, **(wanted.given or {})}
    crm = wanted.crm.name if wanted.crm else FILE
    try:
        return ImportTable.model_validate({**given, "crm": crm, "site": wanted.site.name})
    except ValidationError as error:
        raise ConfigurationError(complaints("import", ImportTable, error)) from error


def _patterns(table: ImportTable) -> list[str]:
    return [table.username, *table.fields.values()]


def _refuse_powerful(installation: Installation, site: Connection, table: ImportTable) -> None:
    """By name and convention; what only the site can tell is asked when the plan is made."""
    spec = installation.connect.spec(site.kind)
    powerful = privileged_among(table.roles, spec.privileged)
    if powerful:
        raise ConfigurationError(
            [
                Problem(
                    "import.roles",
                    f"{', '.join(powerful)} is privileged, and Latchkey never gives such a role: "
                    "take it out, and give it by hand.",
                )
            ]
        )
