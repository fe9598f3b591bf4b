"""The practice CRM as pages: contacts old and new, their groups, tags and activities.

They ask the stand-in's own API as an administrator would; nobody logs in, since nothing is real.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice.civicrm import actions, adding
from latchkey.practice.civicrm.permissions import ALL, Requester
from latchkey.practice.pages import is_own_form, moved, page

ADDRESS: Final = "civicrm/practice"
# Where CiviCRM itself shows a contact, so that links from elsewhere lead here.
CONTACT: Final = "civicrm/contact/view"
JOIN: Final = "civicrm/practice/join"
MOST: Final = 50
_ADMINISTRATOR: Final = Requester(None, None, ALL)
_KINDS: Final = {"group": ("GroupContact", "group_id"), "tag": ("EntityTag", "tag_id")}
_LINKS: Final = Markup(
    '<p><a href="/civicrm/practice/import">Import contacts</a> · '
    '<a href="/civicrm/practice/profile">Profile of members</a></p>'
)
_EXPORT: Final = Markup(
    '<p><a href="/civicrm/practice/export?{}">Export primary fields</a> of everybody in {}</p>'
)
_FORM: Final = Markup(
    '<form method="post" action="/civicrm/practice/join"><input type="hidden" name="cid"'
    ' value="{0}"><input type="hidden" name="what" value="{1}"><label for="{1}">{2}</label>'
    '<select id="{1}" name="id">{3}</select><button>Add</button></form>'
)


def respond(request: Request, path: str | None) -> Response | None:
    """The page at an address; None where it is not one of these."""
    if path == JOIN:
        return _join(request)
    if path == adding.ADDRESS:
        return _new(request)
    if path == CONTACT:
        return _contact(request.args.get("cid", ""))
    if path == ADDRESS:
        return _contacts(request)
    return None


def _new(request: Request) -> Response:
    """Make a contact and show it, or say what is wrong; only from our own pages."""
    if not is_own_form(request):
        return page("Practice CRM", Markup("<p>This is done by the form only.</p>"), 403)
    typed = adding.Typed.of(request.form)
    wrong = adding.faults(typed, [str(one["id"]) for one in _offered("Group", static=True)])
    if wrong:
        return _contacts(request, typed, wrong)
    return moved(_address(adding.add(typed)))


def _contacts(
    request: Request, typed: adding.Typed = adding.NOTHING, wrong: Sequence[str] = ()
) -> Response:
    asked = request.args.get("q", "").strip()
    group = request.args.get("group", "")
    where: list[Any] = [["is_deleted", "=", False]]
    if asked:
        where.append(["display_name", "CONTAINS", asked])
    if group.isdecimal():
        where.append(["groups", "IN", [int(group)]])
    select = ["id", "display_name", "email_primary.email", "contact_type"]
    found = _get("Contact", select, where, limit=MOST)
    rows = Markup("").join(
        Markup('<tr><td>{}</td><td><a href="{}">{}</a></td><td>{}</td><td>{}</td></tr>').format(
            one["id"],
            _address(one["id"]),
            one["display_name"],
            one["email_primary.email"] or "-",
            one["contact_type"],
        )
        for one in found
    )
    new = adding.form(typed, _choices("Group", typed.group, static=True), wrong)
    body = _LINKS + new + _search(asked, group) + _export(group)
    body += _table(("ID", "Name", "Email", "Type"), rows)
    if len(found) == MOST:
        body += Markup('<p class="quiet">The first {}; search to see others.</p>').format(MOST)
    return page("Practice CRM", body, 400 if wrong else 200)


def _search(asked: str, group: str) -> Markup:
    choices = Markup('<option value="">all contacts</option>') + _choices("Group", group)
    return Markup(
        '<form method="get" action="/civicrm/practice"><label for="q">Name</label>'
        '<input id="q" name="q" type="search" value="{}"><label for="group">In group</label>'
        '<select id="group" name="group">{}</select><button>Search</button></form>'
    ).format(asked, choices)


def _export(group: str) -> Markup:
    """The way to the file of everybody in a group, as CiviCRM's search has it."""
    found = _get("Group", ["title"], [["id", "=", int(group)]]) if group.isdecimal() else []
    return Markup("").join(
        _EXPORT.format(urlencode({"group": one["title"]}), one["title"]) for one in found
    )


def _contact(number: str) -> Response:
    select = ["*", "email_primary.email"]
    where = [["id", "=", int(number) if number.isdecimal() else 0]]
    found = _get("Contact", select, where, limit=1)
    if not found:
        return page("Practice CRM", Markup("<p>There is no such contact.</p>"), 404)
    one = found[0]
    facts = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(label, value or "-")
        for label, value in (
            ("Contact ID", one["id"]),
            ("Type", one["contact_type"]),
            ("First name", one.get("first_name")),
            ("Last name", one.get("last_name")),
            ("Email", one["email_primary.email"]),
            ("Deceased", "yes" if one.get("is_deceased") else "no"),
        )
    )
    body = Markup('<p><a href="/civicrm/practice">All contacts</a></p><dl>{}</dl>').format(facts)
    body += _memberships(one["id"]) + _activities(one["id"])
    return page(one["display_name"], body)


def _memberships(contact_id: int) -> Markup:
    mine = [["contact_id", "=", contact_id], ["status", "=", "Added"]]
    groups = _get("GroupContact", ["group_id.title"], mine)
    tagged = [["entity_table", "=", "civicrm_contact"], ["entity_id", "=", contact_id]]
    tags = _get("EntityTag", ["tag_id.name"], tagged)
    return (
        Markup("<h2>Groups</h2>")
        + _names([one["group_id.title"] for one in groups])
        + _FORM.format(contact_id, "group", "Add to group", _choices("Group", "", static=True))
        + Markup("<h2>Tags</h2>")
        + _names([one["tag_id.name"] for one in tags])
        + _FORM.format(contact_id, "tag", "Add tag", _choices("Tag", ""))
    )


def _activities(contact_id: int) -> Markup:
    select = ["activity_date_time", "activity_type_id:label", "status_id:label", "subject"]
    where = [["target_contact_id", "CONTAINS", contact_id]]
    found = _get("Activity", [*select, "details"], where, limit=MOST)
    rows = Markup("").join(
        Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}<br><span>{}</span></td></tr>").format(
            *(one[name] or "" for name in select), one["details"] or ""
        )
        for one in reversed(found)
    )
    if not found:
        return Markup("<h2>Activities</h2><p>None yet.</p>")
    return Markup("<h2>Activities</h2>") + _table(("When", "Type", "Status", "Subject"), rows)


def _join(request: Request) -> Response:
    """Add a contact to a group, or tag it; only from our own pages."""
    kind = _KINDS.get(request.form.get("what", ""))
    contact, chosen = request.form.get("cid", ""), request.form.get("id", "")
    if not is_own_form(request):
        return page("Practice CRM", Markup("<p>This is done by the form only.</p>"), 403)
    if kind is None or not contact.isdecimal() or not chosen.isdecimal():
        return page("Practice CRM", Markup("<p>Choose a group or a tag.</p>"), 400)
    entity, field = kind
    record: dict[str, Any] = {field: int(chosen)}
    if entity == "GroupContact":
        record |= {"contact_id": int(contact), "status": "Added"}
        match = ["contact_id", "group_id"]
    else:
        record |= {"entity_id": int(contact), "entity_table": "civicrm_contact"}
        match = ["entity_id", "entity_table", "tag_id"]
    actions.call(_ADMINISTRATOR, entity, "save", {"records": [record], "match": match})
    return moved(_address(int(contact)))


def _choices(entity: str, chosen: str, *, static: bool = False) -> Markup:
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            one["id"],
            Markup(" selected") if str(one["id"]) == chosen else "",
            one["title" if entity == "Group" else "name"],
        )
        for one in _offered(entity, static=static)
    )


def _offered(entity: str, *, static: bool) -> list[Mapping[str, Any]]:
    """Groups or tags; the static groups are those that one can be added to."""
    where = [["saved_search_id", "IS NULL"], ["children", "IS NULL"]] if static else []
    return _get(entity, ["id", "title" if entity == "Group" else "name"], where)


def _get(
    entity: str, select: Sequence[str], where: Sequence[Any], limit: int = 0
) -> list[Mapping[str, Any]]:
    asked = {"select": select, "where": where, "orderBy": {"id": "ASC"}, "limit": limit}
    found: list[Mapping[str, Any]] = actions.call(_ADMINISTRATOR, entity, "get", asked)["values"]
    return found


def _names(names: Sequence[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(name) for name in names)
    return Markup("<ul>{}</ul>").format(items) if names else Markup("<p>None.</p>")


def _table(headings: Sequence[str], rows: Markup) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in headings)
    return Markup(
        '<div class="wide"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, rows)


def _address(contact_id: int) -> str:
    return f"/{CONTACT}?{urlencode({'reset': 1, 'cid': contact_id})}"
