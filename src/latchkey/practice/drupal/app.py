"""The practice Drupal as a whole: which address is which route."""

import re
from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.drupal import jsonapi, links, login, rest, switches

_USER = re.compile(r"^/user/(\d+)$")
_LINK = re.compile(r"^(?:/[a-z-]+)?/user/reset/(\d+)(?:/(\d+)/([\w-]+))?$")


_POSTED: dict[str, Callable[[Request], Response | None]] = {
    "/user/login": login.log_in,
    "/user/password": login.ask_for_password,
    "/user/register": login.register,
}


def respond(request: Request) -> Response | None:
    """The site's answer; None where the address is not one of its own."""
    response = switches.respond(request)
    if response is not None:
        return response
    if switches.switch(database.connection(), "maintenance"):
        return links.maintenance()
    response = jsonapi.respond(request) or _program(request) or _person(request)
    return response or links.not_found()


def _program(request: Request) -> Response | None:
    """The routes for programs, which are there in the format that they ask for."""
    if request.args.get("_format") != "json":
        return None
    if request.method == "POST" and request.path in _POSTED:
        return _POSTED[request.path](request)
    one = _USER.match(request.path)
    if one is None and request.path != "/entity/user":
        return None
    return rest.respond(request, int(one.group(1)) if one else None)


def _person(request: Request) -> Response | None:
    if request.path == "/":
        return links.front()
    if request.path == "/user/password":
        return links.lost_password()
    link = _LINK.match(request.path)
    if link is None:
        return None
    uid, asked, token = link.groups()
    if token is None:
        return links.choose(request, int(uid))
    return links.follow(request, int(uid), int(asked), token)
