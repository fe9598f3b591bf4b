"""Import contacts: a CSV file of names and addresses becomes contacts in a group.

CiviCRM's own import asks in four steps; of those this has what a practice needs.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import actions
from latchkey.practice.civicrm.permissions import ALL, Requester
from latchkey.practice.pages import is_own_form, page

ADDRESS: Final = "civicrm/practice/import"
MOST_BYTES: Final = 5_000_000
_ADMINISTRATOR: Final = Requester(None, None, ALL)
_COLUMNS: Final = ("First Name", "Last Name", "Email")
_PAGE: Final = Markup(
    "<p>A CSV file with the columns First Name, Last Name and Email. Everybody in it becomes a "
    "contact, and a member of the group.</p>"
    '<form method="post" action="/civicrm/practice/import" enctype="multipart/form-data">'
    '<label for="file">File</label><input id="file" name="file" type="file" accept=".csv">'
    '<label for="group">Group (made when there is none of this title)</label>'
    '<input id="group" name="group" value="Imported"><button>Import contacts</button></form>'
)
_WRONG: Final = Markup('<div class="notice notice-error"><p>{}</p></div>')
_DONE: Final = Markup(
    '<div class="notice"><p>{} contacts were imported.</p></div>'
    '<p><a href="/civicrm/practice?group={}">See the group {}</a></p>'
)


class _UnusableError(Exception):
    """The file cannot be imported; the words say why."""


def respond(request: Request) -> Response:
    """The form; a POST imports what it brings."""
    if request.method != "POST":
        return page("Import contacts", _PAGE)
    if not is_own_form(request):
        return page("Practice CRM", Markup("<p>This is done by the form only.</p>"), 403)
    try:
        people = list(_people(request))
    except _UnusableError as error:
        return page("Import contacts", _WRONG.format(error) + _PAGE, 400)
    title = request.form.get("group", "").strip() or "Imported"
    with database.transaction():
        group = _call("Group", "save", records=[{"title": title}], match=["title"])[0]["id"]
        for one in people:
            _take_in(one, int(group))
    return page("Import contacts", _DONE.format(len(people), group, title))


def _people(request: Request) -> Iterator[Mapping[str, str]]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise _UnusableError("Choose a file.")
    content = sent.stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _UnusableError("The file is too large for practice.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeError:
        raise _UnusableError("The file is not UTF-8.") from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise _UnusableError(f"The file lacks the columns {', '.join(missing)}.")
    for row in rows:
        yield {name: (row[name] or "").strip() for name in _COLUMNS}


def _take_in(one: Mapping[str, str], group: int) -> None:
    values = {
        "contact_type": "Individual",
        "first_name": one["First Name"],
        "last_name": one["Last Name"],
    }
    contact = _call("Contact", "create", values=values)[0]["id"]
    if one["Email"]:
        _call("Email", "create", values={"contact_id": contact, "email": one["Email"]})
    joined = {"contact_id": contact, "group_id": group, "status": "Added"}
    _call("GroupContact", "create", values=joined)


def _call(entity: str, action: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = actions.call(_ADMINISTRATOR, entity, action, asked)["values"]
    return found
