"""The pages of the practice site: log in, lost password, set a password, my account."""

from collections.abc import Callable

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.pages import moved, page
from latchkey.practice.wordpress import account, passwords, resets, sessions, users
from latchkey.practice.wordpress.resets import BadKey

_LOGIN = "/wp-login.php"
_NOTICE = Markup('<div class="notice"><p>{}</p></div>')
_ERROR = Markup(
    '<div id="login_error" class="notice notice-error"><p><strong>Error:</strong> {}</p></div>'
)
_LOGIN_FORM = Markup(
    """<form method="post" action="/wp-login.php">
<label for="user_login">Username or email address</label>
<input id="user_login" name="log" autocomplete="username" required value="{name}">
<label for="user_pass">Password</label>
<input id="user_pass" name="pwd" type="password" autocomplete="current-password" required>
<input type="hidden" name="redirect_to" value="{target}">
<button name="wp-submit" value="Log In">Log in</button>
</form>
<p><a href="/wp-login.php?action=lostpassword">Lost your password?</a></p>"""
)
_LOST_FORM = Markup(
    """<p>Type your username or email address. A mail with a link to choose a new password follows;
in practice it lands in the <a href="/mailbox/">mailbox</a>.</p>
<form method="post" action="/wp-login.php?action=lostpassword">
<label for="user_login">Username or email address</label>
<input id="user_login" name="user_login" autocomplete="username">
<button name="wp-submit" value="Get New Password">Get new password</button>
</form>"""
)
_SET_FORM = Markup(
    """<p>Choose a password for <strong>{login}</strong>.</p>
<form method="post" action="/wp-login.php?action=resetpass">
<input type="hidden" name="rp_login" value="{login}">
<input type="hidden" name="rp_key" value="{key}">
<label for="pass1">New password</label>
<input id="pass1" name="pass1" type="password" autocomplete="new-password" required>
<button name="wp-submit" value="Save Password">Save password</button>
</form>"""
)
_FRONT = Markup(
    """<p>A WordPress with CiviCRM, played by Latchkey. Nothing here leaves this machine.</p>
<ul>
<li><a href="/wp-login.php">Log in</a> as a member</li>
<li><a href="/mailbox/">Mailbox</a>: every mail that practice sends</li>
</ul>"""
)
_MESSAGES = {
    ("checkemail", "confirm"): "Check your email for the confirmation link.",
    ("loggedout", "true"): "You are now logged out.",
}
_LINK_FAULTS = {
    BadKey.INVALID.value: "Your password reset link appears to be invalid. Request a new one.",
    BadKey.EXPIRED.value: "Your password reset link has expired. Request a new one.",
}


def respond(request: Request) -> Response | None:
    """The page at this address; None where there is none."""
    match request.path:
        case "/wp-login.php":
            action = request.args.get("action") or request.form.get("action") or "login"
            return _ACTIONS.get(action, _login)(request)
        case "/wp-admin/profile.php" | "/wp-admin/" | "/wp-admin":
            return account.respond(request)
        case "/" | "/index.php":
            return page("Practice site", _FRONT)
        case _:
            return None


def critical_page(message: str) -> Response:
    """The page that is left when PHP dies."""
    return page("WordPress: error", Markup("<p>{}</p>").format(message), 500)


def not_found() -> Response:
    """The page for an address that there is not."""
    return page("Page not found", Markup("<p>Nothing was found at this address.</p>"), 404)


def maintenance() -> Response:
    """What WordPress answers to everything while it is being updated."""
    message = "Briefly unavailable for scheduled maintenance. Check back in a minute."
    response = page("Maintenance", Markup("<p>{}</p>").format(message), 503)
    response.headers["Retry-After"] = "600"
    return response


def _login(request: Request) -> Response:
    if request.method != "POST":
        told = [text for (key, value), text in _MESSAGES.items() if request.args.get(key) == value]
        notices = Markup("").join(_NOTICE.format(text) for text in told)
        return _login_page(notices, "", request.args.get("redirect_to", ""))
    name, target = request.form.get("log", ""), request.form.get("redirect_to", "")
    db = database.connection()
    user = users.by_login_or_email(db, name)
    if user is None or not passwords.matches(request.form.get("pwd", ""), user.password):
        fault = _ERROR.format("The username or the password is not right.")
        return _login_page(fault, name, target)
    response = moved(local(target) or "/wp-admin/profile.php")
    with database.transaction():
        sessions.begin(db, user.id, response)
    return response


def _login_page(notice: Markup, name: str, target: str) -> Response:
    return page("Log in", notice + _LOGIN_FORM.format(name=name, target=target))


def _lost_password(request: Request) -> Response:
    if request.method != "POST":
        fault = _LINK_FAULTS.get(request.args.get("error", ""))
        notice = Markup("") if fault is None else _ERROR.format(fault)
        return page("Lost password", notice + _LOST_FORM)
    name = request.form.get("user_login", "").strip()
    if not name:
        return _lost_fault("Please enter a username or email address.")
    db = database.connection()
    user = users.by_login_or_email(db, name)
    if user is None:
        return _lost_fault("There is no account with that username or email address.")
    with database.transaction():
        resets.send(db, user, request.host_url.rstrip("/"))
    return moved(local(request.form.get("redirect_to", "")) or f"{_LOGIN}?checkemail=confirm")


def _lost_fault(message: str) -> Response:
    return page("Lost password", _ERROR.format(message) + _LOST_FORM)


def _choose_password(request: Request) -> Response:
    login, key = request.args.get("login", ""), request.args.get("key", "")
    user = resets.user_of_key(database.connection(), login, key)
    if isinstance(user, BadKey):
        return _refused_key(user)
    return page("Choose a password", _SET_FORM.format(login=user.login, key=key))


def _set_password(request: Request) -> Response:
    login, key = request.form.get("rp_login", ""), request.form.get("rp_key", "")
    password = request.form.get("pass1", "")
    with database.transaction() as db:
        user = resets.user_of_key(db, login, key)
        if isinstance(user, BadKey):
            return _refused_key(user)
        if not password.strip():
            form = _SET_FORM.format(login=user.login, key=key)
            return page("Choose a password", _ERROR.format("The password cannot be empty.") + form)
        users.set_password(db, user.id, password)
    done = Markup('{}<p><a href="/wp-login.php">Log in</a></p>')
    return page("Password saved", done.format(_NOTICE.format("Your password has been reset.")))


def _refused_key(reason: BadKey) -> Response:
    return moved(f"{_LOGIN}?action=lostpassword&error={reason.value}")


def _log_out(request: Request) -> Response:
    """Log out; an address alone does not, so that no link can do it to somebody."""
    with database.transaction() as db:
        session = sessions.session_of(db, request)
        if session is None:
            return moved(_LOGIN)
        if request.form.get("_wpnonce") != session.nonce:
            return page("Log out", account.log_out_form(session))
        response = moved(f"{_LOGIN}?loggedout=true")
        sessions.end(db, session, response)
    return response


def local(target: str) -> str:
    """The address if it lies on this site, else nothing: nobody is sent elsewhere."""
    own = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if own and target.isprintable() else ""


_ACTIONS: dict[str, Callable[[Request], Response]] = {
    "login": _login,
    "lostpassword": _lost_password,
    "retrievepassword": _lost_password,
    "rp": _choose_password,
    "resetpass": _set_password,
    "logout": _log_out,
}
