"""Contacts: their names, their dates, and what hangs on them."""

import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from latchkey.practice.civicrm import locations, rows
from latchkey.practice.civicrm.drafts import Draft
from latchkey.practice.civicrm.entities import ENTITIES
from latchkey.practice.civicrm.schema import Entity
from latchkey.practice.civicrm.sight import Sight
from latchkey.practice.civicrm.tables import PRIMARIES
from latchkey.practice.civicrm.values import compact, now, shown, stored

CONTACT: Final[Entity] = ENTITIES["Contact"]
TYPES: Final = frozenset({"Individual", "Household", "Organization"})
_GREETINGS: Final = ("email_greeting_display", "postal_greeting_display", "addressee_display")
_NAMES: Final = {"Organization": "organization_name", "Household": "household_name"}
_STYLES: Final = dict.fromkeys(
    ("communication_style_id", "email_greeting_id", "postal_greeting_id", "addressee_id"), 1
)
_AFFIXES: Final = (
    "SELECT v.label FROM civicrm_option_value v"
    " JOIN civicrm_option_group g ON g.id = v.option_group_id WHERE g.name = ? AND v.value = ?"
)


def insert_individual(db: sqlite3.Connection, email: str, first_name: str, last_name: str) -> int:
    """The contact that CiviCRM makes for a new user of the site."""
    columns = {
        "contact_type": "Individual",
        "first_name": first_name or None,
        "last_name": last_name or None,
    }
    contact_id = insert(db, columns, email)
    locations.set_primary(db, "Email", contact_id, {"email": email})
    return contact_id


def insert(db: sqlite3.Connection, columns: Mapping[str, Any], email: str | None = None) -> int:
    """Add a contact; `columns` as stored. `email` serves as the name of one who has none."""
    made = fresh(columns)
    return rows.insert(db, CONTACT, {**made, **names(db, made, email)})


def fresh(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a new contact, with what every one gets."""
    moment = now()
    every = {"hash": secrets.token_hex(16), "created_date": moment, "modified_date": moment}
    return {**_STYLES, "preferred_language": "en_US", **columns, **every}


def rename(db: sqlite3.Connection, contact_id: int, first_name: str, last_name: str) -> None:
    """Change the names of a person, as a profile does."""
    kept = rows.row(db, CONTACT, contact_id)
    changed = {"first_name": first_name or None, "last_name": last_name or None}
    made = names(db, {**kept, **changed}, kept["display_name"])
    rows.change(db, CONTACT, contact_id, {**changed, **made, "modified_date": now()})


def set_primary_email(db: sqlite3.Connection, contact_id: int, email: str) -> None:
    """Change the primary address of a contact."""
    locations.set_primary(db, "Email", contact_id, {"email": email})


def set_primary_phone(db: sqlite3.Connection, contact_id: int, phone: str) -> None:
    """Change the primary phone number of a contact."""
    digits = "".join(one for one in phone if one.isdigit())
    locations.set_primary(db, "Phone", contact_id, {"phone": phone, "phone_numeric": digits})


def names(
    db: sqlite3.Connection, columns: Mapping[str, Any], email: str | None
) -> dict[str, str | None]:
    """display_name, sort_name and greetings, as CiviCRM forms them."""
    kind = columns.get("contact_type")
    if kind in _NAMES:
        display = sort = columns.get(_NAMES[str(kind)]) or email
    else:
        display = _display(db, columns) or email
        parts = (columns.get("last_name"), columns.get("first_name"))
        sort = ", ".join(part for part in parts if part) or email
    called = columns.get("first_name") or display
    greeting = f"Dear {called}" if called else None
    return {
        "display_name": display,
        "sort_name": sort,
        "email_greeting_display": greeting,
        "postal_greeting_display": greeting,
        "addressee_display": display,
    }


def _display(db: sqlite3.Connection, columns: Mapping[str, Any]) -> str:
    parts = [
        _affix(db, "individual_prefix", columns.get("prefix_id")),
        columns.get("first_name"),
        columns.get("last_name"),
        _affix(db, "individual_suffix", columns.get("suffix_id")),
    ]
    named = any((columns.get("first_name"), columns.get("last_name")))
    return " ".join(part for part in parts if part) if named else ""


def _affix(db: sqlite3.Connection, group: str, value: int | None) -> str | None:
    if value is None:
        return None
    found = db.execute(_AFFIXES, (group, str(value))).fetchone()
    return None if found is None else str(found[0])


def write(sight: Sight, draft: Draft) -> dict[str, Any]:
    """Create or change a contact with what hangs on it; the answer is the row read back."""
    draft.columns = {name: None if value == "" else value for name, value in draft.columns.items()}
    contact_id = draft.row_id
    if contact_id is None:
        draft.fill(contact_type="Individual")
        if draft.columns["contact_type"] not in TYPES:
            return _write_unknown_type(sight.db, draft)
        contact_id = insert(sight.db, draft.columns, draft.beside.get("email_primary.email"))
    else:
        _change(sight.db, contact_id, draft.columns)
    _write_beside(sight, contact_id, draft.beside)
    return _answer(sight.db, contact_id, draft)


def _change(db: sqlite3.Connection, contact_id: int, columns: Mapping[str, Any]) -> None:
    kept = rows.row(db, CONTACT, contact_id)
    made = names(db, {**kept, **columns}, kept.get("display_name"))
    rows.change(db, CONTACT, contact_id, {**columns, **made, "modified_date": now()})


def _write_unknown_type(db: sqlite3.Connection, draft: Draft) -> dict[str, Any]:
    """A contact of no known type is accepted and loses its names (contact-create-bad-type)."""
    kept = {
        "contact_type": draft.columns["contact_type"],
        "preferred_language": "en_US",
        "hash": secrets.token_hex(16),
        "communication_style_id": 1,
    }
    moment = now()
    contact_id = rows.insert(db, CONTACT, {**kept, "created_date": moment, "modified_date": moment})
    customs = ("email_greeting_custom", "postal_greeting_custom", "addressee_custom")
    return {
        "id": contact_id,
        **kept,
        **dict.fromkeys(customs, "null"),
        "modified_date": compact(moment),
        "custom": None,
        "check_permissions": None,
    }


def _write_beside(sight: Sight, contact_id: int, beside: Mapping[str, Any]) -> None:
    located: dict[str, dict[str, Any]] = {}
    for path, value in beside.items():
        head, _, name = path.partition(".")
        if head in PRIMARIES:
            located.setdefault(PRIMARIES[head], {})[name] = value
        else:
            _write_custom(sight, contact_id, path, value)
    for entity, columns in located.items():
        locations.set_primary(sight.db, entity, contact_id, columns)


def _write_custom(sight: Sight, contact_id: int, name: str, value: Any) -> None:
    field = sight.custom_fields()[name]
    sight.db.execute(
        "INSERT OR REPLACE INTO civicrm_custom_value (entity_id, field_id, value) VALUES (?, ?, ?)",
        (contact_id, field.custom_id, stored(field, value)),
    )


def _answer(db: sqlite3.Connection, contact_id: int, draft: Draft) -> dict[str, Any]:
    told = {
        name: shown(CONTACT.by_name[name], value)
        for name, value in rows.row(db, CONTACT, contact_id).items()
        if value is not None and name != "api_key"
    }
    if draft.is_new:
        told = {name: value for name, value in told.items() if name not in _GREETINGS}
    for path, value in draft.beside.items():
        told[path] = value if path.partition(".")[0] in PRIMARIES else None
    told |= dict.fromkeys([*draft.unknown, "custom", "check_permissions"])
    return told if draft.is_new else told | {"contact_id": None}


def trash(db: sqlite3.Connection, contact_id: int) -> None:
    """Move a contact to the trash; its link to a user is gone with that."""
    db.execute("DELETE FROM civicrm_uf_match WHERE contact_id = ?", (contact_id,))
    rows.change(db, CONTACT, contact_id, {"is_deleted": 1, "modified_date": now()})


def erase(db: sqlite3.Connection, contact_id: int) -> None:
    """Delete a contact for good."""
    db.execute("DELETE FROM civicrm_uf_match WHERE contact_id = ?", (contact_id,))
    db.execute(
        "DELETE FROM civicrm_entity_tag WHERE entity_table = 'civicrm_contact' AND entity_id = ?",
        (contact_id,),
    )
    rows.remove(db, CONTACT, contact_id)
