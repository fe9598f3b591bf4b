"""From the cells of a record to a contact."""

import re

from latchkey.crm.file.rows import FileRow
from latchkey.policy.columns import Columns
from latchkey.policy.headings import EMAIL, heading_mark
from latchkey.policy.values import Contact

_NO = frozenset({"", "0", "no", "nein", "non", "false", "falsch", "faux", "n"})
_TYPES = {
    **dict.fromkeys(("individual", "person", "einzelperson", "individu", "personne"), "Individual"),
    **dict.fromkeys(("organization", "organisation", "organisme"), "Organization"),
    **dict.fromkeys(("household", "haushalt", "foyer", "menage"), "Household"),
}
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?")


def contact_of(
    row: FileRow, columns: Columns, fields: frozenset[str], test_address: str
) -> Contact:
    """The contact that a record tells of. `test_address` takes the place of the person's own."""
    email = plus_address(test_address, row.place) if test_address else _text(row, columns, EMAIL)
    display_name = _display_name(row, columns)
    return Contact(
        id=row.contact_id,
        contact_type=_contact_type(_text(row, columns, "contact_type")),
        display_name=display_name or email,
        email=email or None,
        on_hold=_flag(row, columns, "email_primary.on_hold"),
        is_deceased=_flag(row, columns, "is_deceased"),
        is_deleted=_flag(row, columns, "is_deleted"),
        do_not_email=_flag(row, columns, "do_not_email"),
        language=_language(_text(row, columns, "preferred_language")),
        values=values_of(row, columns, fields)
        | ({EMAIL: email} if EMAIL in fields else {})
        | ({"display_name": display_name or email} if "display_name" in fields else {}),
    )


def values_of(row: FileRow, columns: Columns, fields: frozenset[str]) -> dict[str, object]:
    """What the record says about these fields, empty where it says nothing."""
    return {field: columns.value(row.cells, field) for field in fields}


def plus_address(mailbox: str, place: int) -> str:
    """The address of one test account: `name+test_1@…` arrives in the mailbox `name@…`."""
    local, _, host = mailbox.rpartition("@")
    return f"{local}+test_{place}@{host}"


def _display_name(row: FileRow, columns: Columns) -> str:
    person = f"{_text(row, columns, 'first_name')} {_text(row, columns, 'last_name')}".strip()
    choices = (_text(row, columns, "display_name"), person)
    others = (_text(row, columns, name) for name in ("organization_name", "household_name"))
    return next((one for one in (*choices, *others) if one), "")


def _contact_type(written: str) -> str:
    """CiviCRM's own word for it; a file that does not say is about people."""
    return _TYPES.get(heading_mark(written), written) if written else "Individual"


def _language(written: str) -> str | None:
    return written.replace("-", "_") if _LANGUAGE.fullmatch(written) else None


def _flag(row: FileRow, columns: Columns, field: str) -> bool:
    return _text(row, columns, field).casefold() not in _NO


def _text(row: FileRow, columns: Columns, field: str) -> str:
    return columns.cell(row.cells, field) or ""
