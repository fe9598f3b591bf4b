"""My account: who I am here, my CiviCRM profile, and the way out."""

from dataclasses import replace
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import hosting
from latchkey.practice.pages import moved, page
from latchkey.practice.wordpress import names, sessions, users
from latchkey.practice.wordpress.sessions import Session

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
<label for="first_name">First name</label>
<input id="first_name" name="first_name" autocomplete="given-name" value="{first_name}">
<label for="last_name">Last name</label>
<input id="last_name" name="last_name" autocomplete="family-name" value="{last_name}">
<label for="phone">Phone</label>
<input id="phone" name="phone" type="tel" autocomplete="tel" value="{phone}">
<button>Save</button>
</form>
<h2>Log out</h2>
{log_out}"""
)
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
    first_name = names.one_line(request.form.get("first_name", ""))
    last_name = names.one_line(request.form.get("last_name", ""))
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
        if "phone" in request.form:
            hosting.phone_edited(db, user.id, names.one_line(request.form["phone"]))
    return replace(session, user=user)


def _shown(session: Session, notice: Markup) -> Response:
    user = session.user
    body = _PAGE.format(
        notice=notice,
        login=user.login,
        email=user.email,
        name=user.display_name,
        roles=", ".join(user.roles) or "none",
        nonce=session.nonce,
        first_name=user.first_name,
        last_name=user.last_name,
        phone=hosting.phone_of(database.connection(), user.id),
        log_out=log_out_form(session),
    )
    return page("My account", body)
