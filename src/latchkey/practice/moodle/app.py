"""The REST server, and the page where a person sets a password."""

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, Final

from markupsafe import Markup, escape
from werkzeug.wrappers import Request, Response

from latchkey.practice import database, pages
from latchkey.practice.moodle import cohorts, forms, site_info, switches, users
from latchkey.practice.moodle.errors import MoodleError, bad_token, no_access
from latchkey.practice.moodle.rows import Caller
from latchkey.practice.wordpress.passwords import hashed, token_hash

SERVER: Final = "/webservice/rest/server.php"
_FUNCTIONS: Final[Mapping[str, Callable[[Caller, Mapping[str, Any]], object]]] = {
    "core_webservice_get_site_info": site_info.told,
    "core_user_get_users_by_field": users.by_field,
    "core_user_get_users": users.search,
    "core_user_create_users": users.create,
    "core_user_update_users": users.update,
    "core_user_delete_users": users.delete,
    "core_auth_request_password_reset": users.request_reset,
    "core_cohort_search_cohorts": cohorts.search,
    "core_cohort_get_cohort_members": cohorts.members,
    "core_cohort_add_cohort_members": cohorts.add,
    "core_cohort_delete_cohort_members": cohorts.remove,
}
_FORM: Final = Markup(
    '<!DOCTYPE html><html lang="en"><title>{title}</title><h1>{title}</h1><p>{words}</p>'
    '<form method="post"><label>{label} <input name="{name}" type="{type}"></label>'
    '<button type="submit">{act}</button></form></html>'
)


def respond(request: Request) -> Response | None:
    """The site's answer; None where the address is not one of its own."""
    if (control := switches.BOARD.respond(request)) is not None:
        return control
    if request.path == users.FORGOT_PASSWORD:
        return _forgot_password(request)
    if request.path != SERVER:
        return None
    if switches.of(database.connection(), "maintenance"):
        return pages.html("<h1>This site is undergoing maintenance</h1>", 503)
    try:
        with database.transaction() as db:
            body = _called(db, request)
    except MoodleError as error:
        body = error.body(debug=switches.of(database.connection(), "debug"))
    return Response(json.dumps(body), content_type="application/json")


def _called(db: sqlite3.Connection, request: Request) -> object:
    given = forms.nested((*request.args.items(multi=True), *request.form.items(multi=True)))
    row = db.execute(
        "SELECT userid FROM mdl_external_tokens WHERE token = ?", (given.get("wstoken"),)
    ).fetchone()
    if row is None:
        raise bad_token()
    name = str(given.get("wsfunction"))
    if name not in _FUNCTIONS or name not in switches.of(db, "functions"):
        raise no_access()
    caller = Caller(db, row[0], request.host_url.rstrip("/"))
    return _FUNCTIONS[name](caller, given)


def _forgot_password(request: Request) -> Response:
    token = request.args.get("token", "")
    if not token:
        return _page("Forgotten password", "To reset it, say who you are.", "Username", "username")
    with database.transaction() as db:
        row = db.execute(
            "SELECT id, username FROM mdl_user WHERE reset_token = ?", (token_hash(token),)
        ).fetchone()
        if row is None:
            return pages.html("<h1>The link was used already, or is too old</h1>", 404)
        if request.method != "POST":
            words = f"Set a password for {row[1]}."
            return _page("Set password", words, "New password", "password", hidden=True)
        db.execute(
            "UPDATE mdl_user SET password = ?, reset_token = NULL WHERE id = ?",
            (hashed(request.form.get("password", "")), row[0]),
        )
    return pages.html("<h1>Your password has been set</h1>")


def _page(title: str, words: str, label: str, name: str, *, hidden: bool = False) -> Response:
    kind = "password" if hidden else "text"
    text = _FORM.format(
        title=title, words=escape(words), label=label, name=name, type=kind, act="Continue"
    )
    return pages.html(text)
