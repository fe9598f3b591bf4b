"""What a browser gets: the front page, log-in, and the three forms of a new password."""

import sqlite3
from collections.abc import Callable

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.joomla import pages, resets, saving, sessions, users
from latchkey.practice.joomla.sessions import Session
from latchkey.practice.joomla.switches import stands
from latchkey.practice.wordpress import passwords

_NOWHERE = Markup("")
_FRIENDLY = "/index.php/component/users/reset"
_ASKED = (
    "If the email address you entered is registered on this site you will shortly receive an email"
    " with a link to reset the password for your account."
)
_BAD_TOKEN = "The most recent request was denied because it had an invalid security token."  # noqa: S105 - a message


def respond(request: Request) -> Response | None:
    """The page at this address; None where there is none."""
    if request.path == _FRIENDLY:
        return _view(request, "reset")
    if request.path not in ("/", "/index.php"):
        return None
    if request.args.get("option") != "com_users":
        return pages.front()
    task = _TASKS.get(request.args.get("task", ""))
    if task is not None and request.method == "POST":
        return _done(request, task)
    return _view(request, request.args.get("view", ""))


def _view(request: Request, view: str) -> Response | None:
    with database.transaction() as db:
        cookie = ""
        session = sessions.session_of(db, request)
        if session is None:
            session, cookie = sessions.begun(db)
        response = _page(db, request, view, session)
    return sessions.give(response, cookie) if response is not None and cookie else response


def _page(db: sqlite3.Connection, request: Request, view: str, session: Session) -> Response | None:
    layout = request.args.get("layout", "")
    match view, layout:
        case "reset", "confirm":
            told = _NOWHERE if request.args.get("token") else pages.notice(_ASKED)
            return pages.reset_confirm(session.token, request.args.get("token", ""), told)
        case "reset", "complete":
            return pages.reset_complete(session.token, _NOWHERE)
        case "reset", _:
            shown = stands(db, "reset_form")
            return pages.reset_request(session.token) if shown else None
        case "login", _:
            return pages.login(session.token, _NOWHERE)
        case _:
            return None


def _done(request: Request, task: "_Task") -> Response:
    with database.transaction() as db:
        session = sessions.session_of(db, request)
        if session is None or request.form.get(session.token) != "1":
            return pages.page("Error", pages.notice(_BAD_TOKEN), 403)
        return task(db, request, session)


def _request(db: sqlite3.Connection, request: Request, session: Session) -> Response:  # noqa: ARG001 - as all tasks
    site = request.host_url.rstrip("/")
    try:
        resets.request(db, request.form.get("jform[email]", ""), site)
    except resets.MailFailedError:
        return pages.moved(f"{site}{_FRIENDLY}")
    return pages.moved(f"{site}{_FRIENDLY}?layout=confirm")


def _confirm(db: sqlite3.Connection, request: Request, session: Session) -> Response:
    username, code = request.form.get("jform[username]", ""), request.form.get("jform[token]", "")
    user = resets.confirmed(db, username, code)
    if user is None:
        return pages.reset_confirm(session.token, code, pages.notice("User not found."))
    sessions.remember(db, session, reset_user_id=user.id)
    return pages.moved(f"{pages.RESET}&layout=complete")


def _complete(db: sqlite3.Connection, request: Request, session: Session) -> Response:
    password = request.form.get("jform[password1]", "")
    if session.reset_user_id is None:
        return pages.moved(f"{pages.RESET}&layout=confirm")
    if request.form.get("jform[password2]") != password:
        told = pages.notice("The passwords you entered do not match.")
        return pages.reset_complete(session.token, told)
    if len(password) < saving.SHORTEST_PASSWORD:
        told = pages.notice(f"A password has at least {saving.SHORTEST_PASSWORD} characters.")
        return pages.reset_complete(session.token, told)
    users.set_password(db, session.reset_user_id, password)
    sessions.remember(db, session)
    return pages.moved(pages.LOGIN)


def _login(db: sqlite3.Connection, request: Request, session: Session) -> Response:
    user = users.by_username(db, request.form.get("username", ""))
    right = user is not None and passwords.matches(request.form.get("password", ""), user.password)
    if user is None or not right or user.block:
        told = pages.notice("Username and password do not match or you have no account yet.")
        return pages.login(session.token, told)
    sessions.remember(db, session, user_id=user.id)
    users.change(db, user.id, {"last_visit": users.now()})
    return pages.page("My account", Markup("<p>Hello {}.</p>").format(user.name))


_Task = Callable[[sqlite3.Connection, Request, Session], Response]
_TASKS: dict[str, _Task] = {
    "reset.request": _request,
    "reset.confirm": _confirm,
    "reset.complete": _complete,
    "user.login": _login,
}
