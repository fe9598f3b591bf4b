"""My account: who I am here, my CiviCRM profile, and the way out."""

from dataclasses import replace
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import hosting, profile
from latchkey.practice.pages import moved, page
from latchkey.practice.wordpress import names, sessions, users
from latchkey.practice.wordpress.sessions import Session
from latchkey.practice.wordpress.users import User

ADDRESS = "/wp-admin/profile.php"

_PAGE = Markup(
    """{notice}<dl>
<dt>Username</dt><dd>{login}</dd>
<dt>Email</dt><dd>{email}</dd>
<dt>Name</dt><dd>{name}</dd>
<dt>Roles</dt><dd>{roles}</dd>
</dl>
<h2>Your profile</h2>
<p class="quiet">What you change here is changed in the CRM too.</p>
<form method="post" action="/wp-admin/profile.php">
<input type="hidden" name="_wpnonce" value="{nonce}">
{fields}
<button>Save</button>
</form>
<h2>Log out</h2>
{log_out}"""
)
_FIELD = Markup(
    """<label for="{name}">{label}</label>
<input id="{name}" name="{name}" autocomplete="{kind}" value="{value}">"""
)
_KINDS = {"first_name": "given-name", "last_name": "family-name", "phone": "tel"}
_LOG_OUT = Markup(
    """<form method="post" action="/wp-login.php?action=logout">
<input type="hidden" name="_wpnonce" value="{nonce}">
<button>Log out</button>
</form>"""
)
_SAVED = Markup('<div class="notice"><p>Saved.</p></div>')
_STALE = Markup(
    '<div class="notice notice-error"><p>This form was too old. Nothing was saved.</p></div>'
)


def respond(request: Request) -> Response:
    """The page, or the way to the log-in form."""
    session = sessions.session_of(database.connection(), request)
    if session is None:
        return moved(f"/wp-login.php?redirect_to={quote(ADDRESS, safe='')}")
    if request.method != "POST":
        return _shown(session, Markup(""))
    if request.form.get("_wpnonce") != session.nonce:
        return _shown(session, _STALE)
    return _shown(_renamed(session, request), _SAVED)


def log_out_form(session: Session) -> Markup:
    """The button that logs out."""
    return _LOG_OUT.format(nonce=session.nonce)


def _renamed(session: Session, request: Request) -> Session:
    first_before, last_before = _names(session.user)
    first_name = _given(request, "first_name", first_before)
    last_name = _given(request, "last_name", last_before)
    full_name = f"{first_name} {last_name}".strip()
    user = replace(
        session.user,
        first_name=first_name,
        last_name=last_name,
        display_name=full_name or session.user.login,
    )
    with database.transaction() as db:
        users.save(db, user)
        hosting.user_edited(db, user.id, user.email, first_name, last_name)
        if "phone" in request.form and "phone" in profile.fields(db):
            hosting.phone_edited(db, user.id, names.one_line(request.form["phone"]))
    return replace(session, user=user)


def _names(user: User) -> tuple[str, str]:
    """Those of the contact; of a user without one, the user's own."""
    known = hosting.names_of(database.connection(), user.id)
    return known or (user.first_name, user.last_name)


def _given(request: Request, name: str, before: str) -> str:
    """What was written into a field of the profile; what it does not have stays as it is."""
    if name not in profile.fields(database.connection()):
        return before
    return names.one_line(request.form.get(name, before))


def _fields(user: User) -> Markup:
    """The fields of the CRM's profile, as the contact has them."""
    db = database.connection()
    first_name, last_name = _names(user)
    values = {
        "first_name": first_name,
        "last_name": last_name,
        "phone": hosting.phone_of(db, user.id),
    }
    return Markup("\n").join(
        _FIELD.format(name=name, label=profile.FIELDS[name], kind=_KINDS[name], value=values[name])
        for name in profile.fields(db)
    )


def _shown(session: Session, notice: Markup) -> Response:
    user = session.user
    body = _PAGE.format(
        notice=notice,
        login=user.login,
        email=user.email,
        name=user.display_name,
        roles=", ".join(user.roles) or "none",
        nonce=session.nonce,
        fields=_fields(user),
        log_out=log_out_form(session),
    )
    return page("My account", body)
