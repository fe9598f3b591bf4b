"""The practice Joomla as a whole: which address is the Web Services and which is a page."""

from werkzeug.wrappers import Request, Response

from latchkey.practice.joomla import api, visitors


def respond(request: Request) -> Response | None:
    """The site's answer; None where the address is not one of its own."""
    return api.respond(request) or visitors.respond(request)
