"""The few pages that people see: plain, readable, and marked as practice."""

from pathlib import Path
from urllib.parse import urlsplit

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

STYLE_ADDRESS = "/practice/style.css"
_STYLE = Path(__file__).with_name("style.css").read_text("utf-8")
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'"

_LAYOUT = Markup(
    """<!DOCTYPE html>
<html lang="en-US">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} - Practice site</title>
<link rel="stylesheet" href="{style}">
</head>
<body>
<p class="ribbon"><strong>Practice site.</strong> Everybody here is made up.</p>
<header>
<nav aria-label="Practice">
<a href="/">Practice site</a>
<a href="/civicrm/practice">Practice CRM</a>
<a href="/wp-login.php">Log in</a>
<a href="/wp-admin/profile.php">My account</a>
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


def page(title: str, body: Markup, status: int = 200) -> Response:
    """One page; `body` is escaped already, `title` is not."""
    text = _LAYOUT.format(title=title, body=body, style=STYLE_ADDRESS)
    response = html(text, status)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def html(text: str, status: int = 200) -> Response:
    """An answer of type HTML that nobody keeps."""
    response = Response(text, status, content_type="text/html; charset=UTF-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def is_own_form(request: Request) -> bool:
    """Whether a form of these pages was sent, and not one of another site."""
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    return request.method == "POST" and origin in ("", request.host)


def moved(address: str) -> Response:
    """Send the browser to another page of this site."""
    return Response("", 302, {"Location": address}, content_type="text/html; charset=UTF-8")


def style() -> Response:
    """The style sheet of all practice pages."""
    return Response(_STYLE, content_type="text/css; charset=UTF-8")
