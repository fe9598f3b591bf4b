"""The few pages of the practice Joomla."""

from markupsafe import Markup
from werkzeug.wrappers import Response

from latchkey.practice.pages import STYLE_ADDRESS, html

RESET = "/index.php?option=com_users&view=reset"
LOGIN = "/index.php?option=com_users&view=login"

_LAYOUT = Markup(
    """<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} - Practice Joomla</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<p class="ribbon"><strong>Practice site.</strong> Everybody here is made up.</p>
<header>
<nav aria-label="Practice">
<a href="/">Practice Joomla</a>
<a href="{login}">Log in</a>
<a href="/mailbox/">Mailbox</a>
</nav>
</header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""
)
_NOTICE = Markup('<div class="notice"><p>{}</p></div>')
_TOKEN = Markup('<input type="hidden" name="{}" value="1">')
_FRONT = Markup(
    """<p>A Joomla, played by Latchkey. Nothing here leaves this machine.</p>
<ul>
<li><a href="{}">Log in</a> as a member</li>
<li><a href="/mailbox/">Mailbox</a>: every mail that practice sends</li>
</ul>"""
)
_REQUEST = Markup(
    """<p>Type the address of your account. A mail with a link follows.</p>
<form method="post" action="/index.php?option=com_users&amp;task=reset.request">
<label for="jform_email">Email Address</label>
<input id="jform_email" name="jform[email]" type="email" autocomplete="email" required>
{token}
<button>Submit</button>
</form>"""
)
_CONFIRM = Markup(
    """<p>Type your username, and the code from the mail where it is not there yet.</p>
<form method="post" action="/index.php?option=com_users&amp;task=reset.confirm">
<label for="jform_username">Username</label>
<input id="jform_username" name="jform[username]" autocomplete="username" required>
<label for="jform_token">Verification Code</label>
<input id="jform_token" name="jform[token]" value="{code}" required>
{token}
<button>Submit</button>
</form>"""
)
_COMPLETE = Markup(
    """<form method="post" action="/index.php?option=com_users&amp;task=reset.complete">
<label for="jform_password1">New Password</label>
<input id="jform_password1" name="jform[password1]" type="password"
 autocomplete="new-password" required>
<label for="jform_password2">Confirm Password</label>
<input id="jform_password2" name="jform[password2]" type="password"
 autocomplete="new-password" required>
{token}
<button>Submit</button>
</form>"""
)
_LOGIN = Markup(
    """<form method="post" action="/index.php?option=com_users&amp;task=user.login">
<label for="username">Username</label>
<input id="username" name="username" autocomplete="username" required>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
{token}
<button>Log in</button>
</form>
<p><a href="{reset}">Forgot your password?</a></p>"""
)


def page(title: str, body: Markup, status: int = 200) -> Response:
    """One page; `body` is escaped already, `title` is not."""
    return html(_LAYOUT.format(title=title, body=body, style=STYLE_ADDRESS, login=LOGIN), status)


def notice(text: str) -> Markup:
    """A message above a form."""
    return _NOTICE.format(text)


def front() -> Response:
    """Where a visitor begins."""
    return page("Home", _FRONT.format(LOGIN))


def reset_request(token: str) -> Response:
    """The form that asks for a mail; `token` is the name of its hidden field."""
    return page("Forgot your password?", _REQUEST.format(token=_TOKEN.format(token)))


def reset_confirm(token: str, code: str, told: Markup) -> Response:
    """The form that the link in the mail leads to."""
    form = _CONFIRM.format(token=_TOKEN.format(token), code=code)
    return page("Confirm your account", told + form)


def reset_complete(token: str, told: Markup) -> Response:
    """The form for the new password."""
    return page("Choose a password", told + _COMPLETE.format(token=_TOKEN.format(token)))


def login(token: str, told: Markup) -> Response:
    """The form to log in with."""
    return page("Log in", told + _LOGIN.format(token=_TOKEN.format(token), reset=RESET))


def moved(address: str) -> Response:
    """Send the browser on, as Joomla does after a form."""
    return Response("", 303, {"Location": address}, content_type="text/html; charset=utf-8")
