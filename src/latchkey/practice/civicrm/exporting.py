"""The search result's "Export primary fields", as CiviCRM 6.x writes it.

Columns and their order are those of `CRM_Contact_BAO_Contact::exportableFields` with the titles of
`schema/*/*.entityType.php`; how cells are written, of `CRM_Core_Report_Excel::makeCSVTable`: every
value in quotation marks, an empty one as nothing at all, lines ended by CRLF, a byte order mark.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm.query import EVERYTHING, Query
from latchkey.practice.civicrm.sight import Sight

ADDRESS: Final = "civicrm/practice/export"
FILE_NAME: Final = "CiviCRM_Contact_Search.csv"
PAGE: Final = 1000
_MARK: Final = "\ufeff"

# A heading without a field is of something that practice contacts do not have.
_CONTACT: Final = (
    ("Contact ID", "id"),
    ("Contact Type", "contact_type"),
    ("External Identifier", "external_identifier"),
    ("Display Name", "display_name"),
    ("Organization Name", "organization_name"),
    ("Contact Subtype", "contact_sub_type"),
    ("First Name", "first_name"),
    ("Middle Name", "middle_name"),
    ("Last Name", "last_name"),
    ("Do Not Email", "do_not_email"),
    ("Do Not Phone", "do_not_phone"),
    ("Do Not Mail", "do_not_mail"),
    ("Do Not Sms", "do_not_sms"),
    ("Do Not Trade", "do_not_trade"),
    ("No Bulk Emails (User Opt Out)", "is_opt_out"),
    ("Legal Identifier", "legal_identifier"),
    ("Sort Name", "sort_name"),
    ("Nickname", "nick_name"),
    ("Legal Name", "legal_name"),
    ("Image Url", "image_URL"),
    ("Preferred Communication Method", "preferred_communication_method:label"),
    ("Preferred Language", "preferred_language"),
    ("Contact Hash", "hash"),
    ("Contact Source", "source"),
    ("Individual Prefix", "prefix_id:label"),
    ("Individual Suffix", "suffix_id:label"),
    ("Formal Title", "formal_title"),
    ("Communication Style", "communication_style_id:label"),
    ("Email Greeting ID", "email_greeting_id"),
    ("Postal Greeting ID", "postal_greeting_id"),
    ("Addressee ID", "addressee_id"),
    ("Job Title", "job_title"),
    ("Gender", "gender_id:label"),
    ("Birth Date", "birth_date"),
    ("Deceased", "is_deceased"),
    ("Deceased Date", "deceased_date"),
    ("Household Name", "household_name"),
    ("Sic Code", "sic_code"),
    ("Unique ID (OpenID)", "user_unique_id"),
    ("Current Employer ID", "employer_id"),
    ("Contact is in Trash", "is_deleted"),
    ("Created Date", "created_date"),
    ("Modified Date", "modified_date"),
    ("Addressee", "addressee_display"),
    ("Email Greeting", "email_greeting_display"),
    ("Postal Greeting", "postal_greeting_display"),
    ("Current Employer", "employer_id.display_name"),
)
_PLACE: Final = (
    ("Location Type", "address_primary.location_type_id:label"),
    ("Address ID", "address_primary.id"),
    ("Street Address", "address_primary.street_address"),
    ("Street Number", ""),
    ("Street Number Suffix", ""),
    ("Street Name", ""),
    ("Street Unit", ""),
    ("Supplemental Address 1", "address_primary.supplemental_address_1"),
    ("Supplemental Address 2", "address_primary.supplemental_address_2"),
    ("Supplemental Address 3", ""),
    ("City", "address_primary.city"),
    ("Postal Code Suffix", "address_primary.postal_code_suffix"),
    ("Postal Code", "address_primary.postal_code"),
    ("Latitude", ""),
    ("Longitude", ""),
    ("Is Manually Geocoded", ""),
    ("Address Name", "address_primary.name"),
    ("Master Address Belongs To", ""),
    ("County", ""),
    ("State", "address_primary.state_province_id:label"),
    ("Country", "address_primary.country_id:label"),
)
_REACH: Final = (
    ("Phone", "phone_primary.phone"),
    ("Phone Extension", "phone_primary.phone_ext"),
    ("Phone Type", "phone_primary.phone_type_id:label"),
    ("Email", "email_primary.email"),
    ("On Hold", "email_primary.on_hold"),
    ("Use for Bulk Mail", "email_primary.is_bulkmail"),
    ("Signature Text", "email_primary.signature_text"),
    ("Signature Html", "email_primary.signature_html"),
    ("IM Provider", ""),
    ("IM Screen Name", ""),
    ("OpenID", ""),
    ("World Region", ""),
    ("Website", ""),
)
_LISTS: Final = ("Group(s)", "Tag(s)", "Note(s)")
_FIELDS: Final = (*_CONTACT, *_PLACE, *_REACH)
HEADINGS: Final = (*(heading for heading, _ in _FIELDS), *_LISTS)

_GROUPS: Final = """
SELECT gc.contact_id, group_concat(g.title, ',') FROM civicrm_group_contact gc
JOIN civicrm_group g ON g.id = gc.group_id WHERE gc.status = 'Added' GROUP BY gc.contact_id
"""
_TAGS: Final = """
SELECT et.entity_id, group_concat(t.name, ',') FROM civicrm_entity_tag et
JOIN civicrm_tag t ON t.id = et.tag_id WHERE et.entity_table = 'civicrm_contact'
GROUP BY et.entity_id
"""


def respond(request: Request) -> Response:
    """The members of `group` (its title) as a file; `separator` is a setting of the CRM."""
    db = database.connection()
    title = request.args.get("group", "")
    group = db.execute("SELECT id FROM civicrm_group WHERE title = ?", (title,)).fetchone()
    if group is None:
        return Response(f"There is no group {title}.", 404, content_type="text/plain")
    separator = request.args.get("separator", ",")
    text = "".join(_lines(_records(db, int(group[0]), separator), separator))
    answer = Response(text.encode(), content_type="text/x-csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename={FILE_NAME}"
    return answer


def _records(db: sqlite3.Connection, group_id: int, separator: str) -> Iterator[Sequence[str]]:
    groups, tags = dict(db.execute(_GROUPS).fetchall()), dict(db.execute(_TAGS).fetchall())
    last = 0
    while page := _page(db, group_id, last):
        for row in page:
            own = [_text(row.get(field), separator) if field else "" for _, field in _FIELDS]
            yield [*own, groups.get(row["id"], ""), tags.get(row["id"], ""), ""]
        last = int(page[-1]["id"])


def _page(db: sqlite3.Connection, group_id: int, last: int) -> list[dict[str, Any]]:
    asked = {
        "select": [field for _, field in _FIELDS if field],
        "where": [["groups", "IN", [group_id]], ["id", ">", last]],
        "orderBy": {"id": "ASC"},
        "limit": PAGE,
    }
    return Query(Sight.of(db, EVERYTHING), "Contact", asked).rows()


def _lines(records: Iterator[Sequence[str]], separator: str) -> Iterator[str]:
    yield _MARK + separator.join(_quoted(heading) for heading in HEADINGS) + "\r\n"
    for record in records:
        yield separator.join(_quoted(cell) if cell else "" for cell in record) + "\r\n"


def _quoted(cell: str) -> str:
    return '"' + cell.replace("\r\n", "\n").replace("\r", "\n").replace('"', '""') + '"'


def _text(value: Any, separator: str) -> str:
    """A value as the export writes it: no and yes as 0 and 1, several joined by the separator."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case list():
            return separator.join(str(one) for one in value)
        case _:
            return str(value)
