"""What a fresh CiviCRM has in it: its domain and its lists of options."""

import sqlite3
from collections.abc import Mapping
from typing import Final

from latchkey.practice.civicrm import contacts, rows
from latchkey.practice.civicrm.entities import ENTITIES

ORGANISATION: Final = "Practice Organisation"
VERSION: Final = "5.77.0"

_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "activity_type": (
        "Meeting",
        "Phone Call",
        "Email",
        "Outbound SMS",
        "Event Registration",
        "Contribution",
        "Membership Signup",
        "Bulk Email",
        "Print PDF Letter",
        "Change Registration",
    ),
    "activity_status": (
        "Scheduled",
        "Completed",
        "Cancelled",
        "Left Message",
        "Unreachable",
        "Not Required",
        "Available",
        "No-show",
    ),
    "priority": ("Urgent", "Normal", "Low"),
    "activity_contacts": ("Activity Assignees", "Activity Source", "Activity Targets"),
    "gender": ("Female", "Male", "Other"),
    "individual_prefix": ("Mrs.", "Ms.", "Mr.", "Dr."),
    "individual_suffix": ("Jr.", "Sr.", "II", "III", "IV", "V", "VI", "VII"),
    "preferred_communication_method": ("Phone", "Email", "Postal Mail", "SMS", "Fax"),
    "communication_style": ("formal", "familiar"),
    "email_greeting": ("Dear {contact.first_name}",),
    "postal_greeting": ("Dear {contact.first_name}",),
    "addressee": ("{contact.display_name}",),
    "phone_type": ("Phone", "Mobile", "Fax", "Pager", "Voicemail"),
    "group_type": ("Access Control", "Mailing List"),
}
_LANGUAGES: Final[Mapping[str, str]] = {
    "de_DE": "German",
    "el_GR": "Greek",
    "en_GB": "English (United Kingdom)",
    "en_US": "English (United States)",
    "es_ES": "Spanish; Castilian (Spain)",
    "fr_FR": "French (France)",
    "it_IT": "Italian",
    "nl_NL": "Dutch (Netherlands)",
    "pl_PL": "Polish",
    "pt_BR": "Portuguese (Brazil)",
    "ru_RU": "Russian",
    "sv_SE": "Swedish",
    "zh_CN": "Chinese (China)",
    "ar_EG": "Arabic (Egypt)",
}
COUNTRIES: Final[Mapping[str, int]] = {
    "Brazil": 1029,
    "China": 1045,
    "Egypt": 1065,
    "France": 1076,
    "Germany": 1082,
    "Greece": 1085,
    "Italy": 1107,
    "Netherlands": 1152,
    "Poland": 1172,
    "Russian Federation": 1177,
    "Spain": 1198,
    "Sweden": 1204,
    "United Kingdom": 1226,
    "United States": 1228,
}
_STATES: Final[Mapping[str, int]] = {
    "Alabama": 1000,
    "California": 1004,
    "New York": 1031,
    "Oregon": 1036,
    "Texas": 1042,
    "Washington": 1046,
}


def is_installed(db: sqlite3.Connection) -> bool:
    """Whether there is a domain already."""
    return db.execute("SELECT 1 FROM civicrm_domain").fetchone() is not None


def install(db: sqlite3.Connection) -> None:
    """Make the domain, its organisation (contact 1) and the lists of options."""
    columns = {"contact_type": "Organization", "organization_name": ORGANISATION}
    organisation = contacts.insert(db, columns)
    domain = {"name": ORGANISATION, "version": VERSION, "contact_id": organisation}
    rows.insert(db, ENTITIES["Domain"], domain)
    for name, labels in _LISTS.items():
        _list(db, name, {label: number for number, label in enumerate(labels, start=1)})
    _list(db, "country", COUNTRIES)
    _list(db, "state_province", _STATES)
    _languages(db)


def _group(db: sqlite3.Connection, name: str) -> int:
    title = name.replace("_", " ").title()
    return rows.insert(db, ENTITIES["OptionGroup"], {"name": name, "title": title})


def _list(db: sqlite3.Connection, group: str, values: Mapping[str, int]) -> None:
    group_id = _group(db, group)
    for weight, (label, value) in enumerate(values.items(), start=1):
        _option(db, group_id, weight, value=str(value), name=label, label=label)


def _languages(db: sqlite3.Connection) -> None:
    group_id = _group(db, "languages")
    for weight, (name, label) in enumerate(_LANGUAGES.items(), start=1):
        _option(db, group_id, weight, value=name.partition("_")[0], name=name, label=label)


def _option(db: sqlite3.Connection, group_id: int, weight: int, **told: str) -> None:
    columns = {"option_group_id": group_id, "weight": weight, **told}
    rows.insert(db, ENTITIES["OptionValue"], columns)
