"""The few pages of the site that a person needs: log in, ask for a link, set a password."""

import time
from functools import partial

from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.pages import html, moved
from latchkey.practice.phpcms import LABELS, letters
from latchkey.practice.phpcms.users import User, Users
from latchkey.practice.wordpress.passwords import hashed, matches

_LAYOUT = Markup(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} - {site}</title>
<link rel="stylesheet" href="/practice/style.css">
</head>
<body>
<p class="ribbon"><strong>Practice {site}.</strong> Everybody here is made up.</p>
<header><nav aria-label="Practice">
<a href="/">Home</a> <a href="/user/login">Log in</a>
<a href="/user/password">Request new password</a> <a href="/mailbox/">Mailbox</a>
</nav></header>
<main><h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
)
_LOGIN = Markup(
    """{notice}<form method="post" action="/user/login">
<label for="name">Username</label>
<input id="name" name="name" autocomplete="username" required value="{name}">
<label for="pass">Password</label>
<input id="pass" name="pass" type="password" autocomplete="current-password" required>
<button name="op" value="Log in">Log in</button>
</form>"""
)
_ASK = Markup(
    """{notice}<form method="post" action="/user/password">
<label for="name">Username or e-mail address</label>
<input id="name" name="name" autocomplete="username" required value="{name}">
<button name="op" value="E-mail new password">E-mail new password</button>
</form>"""
)
_SET = Markup(
    """<p>Choose a password for <strong>{name}</strong>. This link works once.</p>
<form method="post">
<label for="pass">Password</label>
<input id="pass" name="pass" type="password" autocomplete="new-password" required>
<button name="op" value="Save">Save</button>
</form>"""
)
_NOTICE = Markup('<div class="notice" role="status"><p>{}</p></div>')
_TIRED = "This link is not good any more. Ask for a new one."


class Pages:
    """The pages of one CMS."""

    def __init__(self, cms: str) -> None:
        self._cms = cms
        self._backdrop = cms == "backdrop"
        self._map = Map(
            [
                Rule("/", endpoint=self._front, methods=["GET"]),
                Rule("/user", endpoint=self._login, methods=["GET"]),
                Rule("/user/<int:uid>", endpoint=self._account, methods=["GET"]),
                Rule("/accounts/<name>", endpoint=self._account, methods=["GET"]),
                Rule("/user/login", endpoint=self._login, methods=["GET", "POST"]),
                Rule("/user/password", endpoint=self._password, methods=["GET", "POST"]),
                Rule(
                    "/user/reset/<int:uid>/<int:moment>/<mark>",
                    endpoint=self._reset,
                    methods=["GET", "POST"],
                ),
            ]
        )

    def respond(self, request: Request) -> Response | None:
        """The page's answer; None where the address is not one of these."""
        try:
            endpoint, arguments = self._map.bind_to_environ(request.environ).match()
        except HTTPException:
            return None
        answer: Response = partial(endpoint, **arguments)(request)
        return answer

    def _front(self, _request: Request) -> Response:
        words = "A {} whose accounts Latchkey makes. Nothing here leaves this machine."
        return self._page("Home", Markup("<p>{}</p>").format(words.format(LABELS[self._cms])))

    def _login(self, request: Request) -> Response:
        name = request.form.get("name", "")
        if request.method == "GET":
            return self._page("Log in", _LOGIN.format(notice="", name=""))
        with database.transaction() as db:
            users = Users(db, self._cms)
            user = _named(users, name)
            given = request.form.get("pass", "")
            if user is None or not user.status or not matches(given, user.password):
                known = user is not None and self._backdrop
                words = "incorrect password" if known else "unrecognized username or password"
                notice = _NOTICE.format(f"Sorry, {words}.")
                return self._page("Log in", _LOGIN.format(notice=notice, name=name))
            users.change(user.uid, {"login": int(time.time())})
        return moved(f"/accounts/{_path(user)}" if self._backdrop else f"/user/{user.uid}")

    def _account(self, _request: Request, **_whose: object) -> Response:
        """No sessions are kept: who comes here has just given the password, or has guessed."""
        return self._page("My account", Markup("<p>Logging in works with this password.</p>"))

    def _password(self, request: Request) -> Response:
        name = request.form.get("name", "").strip()
        if request.method == "GET":
            notice = _NOTICE.format(_TIRED) if "tired" in request.args else ""
            return self._page("Request new password", _ASK.format(notice=notice, name=""))
        with database.transaction() as db:
            user = _named(Users(db, self._cms), name)
            if user is not None and user.status:
                uri = request.host_url.rstrip("/")
                letters.send(db, self._cms, uri, user, "password_reset")
        if user is None and self._backdrop:
            words = f"Sorry, {name} is not recognized as a user name or an email address."
            body = _ASK.format(notice=_NOTICE.format(words), name=name)
            return self._page("Request new password", body)
        # Drupal 7 says the same whether it knows the person or not.
        return moved("/user")

    def _reset(self, request: Request, uid: int, moment: int, mark: str) -> Response:
        with database.transaction() as db:
            users = Users(db, self._cms)
            user = users.one(uid)
            if user is None or not user.status:
                return self._page("Access denied", Markup("<p>Access denied.</p>"), 403)
            if not letters.lets_in(user, moment, mark):
                return moved("/user/password?tired")
            chosen = request.form.get("pass", "")
            if request.method == "GET" or not chosen:
                return self._page("Reset password", _SET.format(name=user.name))
            users.change(uid, {"password": hashed(chosen), "login": int(time.time())})
        return moved("/user/login")

    def _page(self, title: str, body: Markup, status: int = 200) -> Response:
        text = _LAYOUT.format(title=title, body=body, site=LABELS[self._cms])
        return html(text, status)


def _named(users: Users, name: str) -> User | None:
    uids = [*users.having("name", [name]), *users.having("mail", [name])]
    return users.one(uids[0]) if uids else None


def _path(user: User) -> str:
    """The name as Backdrop makes an address of it."""
    return "".join(letter for letter in user.name.lower() if letter.isalnum() or letter == "-")
