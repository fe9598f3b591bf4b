"""The profile "My details": what members may change themselves, on My account of the site."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.pages import is_own_form, moved, page

ADDRESS: Final = "civicrm/practice/profile"
FIELDS: Final[Mapping[str, str]] = {
    "first_name": "First name",
    "last_name": "Last name",
    "phone": "Phone",
}
_SWITCH: Final = "profile"
_PAGE: Final = Markup(
    '<p>Members see these fields on <a href="/wp-admin/profile.php">My account</a> of the site. '
    "What they change there is changed in their contact.</p>"
    '<form method="post" action="/civicrm/practice/profile">{}<button>Save</button></form>'
)
_BOX: Final = Markup(
    '<label><input type="checkbox" name="field" value="{}"{}> {}</label>',
)


def fields(db: sqlite3.Connection) -> Sequence[str]:
    """The fields that the profile has."""
    chosen = database.switch(db, _SWITCH, list(FIELDS))
    return [name for name in FIELDS if name in chosen]


def respond(request: Request) -> Response:
    """The profile's fields; a POST chooses them anew."""
    if request.method != "POST":
        chosen = fields(database.connection())
        boxes = Markup("").join(
            _BOX.format(name, Markup(" checked") if name in chosen else "", label)
            for name, label in FIELDS.items()
        )
        return page("Profile: My details", _PAGE.format(boxes))
    if not is_own_form(request):
        return page("Practice CRM", Markup("<p>This is done by the form only.</p>"), 403)
    with database.transaction() as db:
        asked = request.form.getlist("field")
        database.set_switch(db, _SWITCH, [name for name in FIELDS if name in asked])
    return moved(f"/{ADDRESS}")
