"""The practice site as a whole: which address is the REST API and which is a page."""

import json
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.wordpress import callers, forms, login, rest
from latchkey.practice.wordpress.errors import CriticalError, RestError
from latchkey.practice.wordpress.parameters import Params
from latchkey.practice.wordpress.rest import Answer, Call
from latchkey.practice.wordpress.routes import ROUTES

_PREFIX = "/wp-json"
_CRITICAL = "There has been a critical error on this website."


def respond(request: Request) -> Response | None:
    """The site's answer; None where the address is not one of its own."""
    route = _route(request)
    if route is None:
        return login.respond(request)
    try:
        answer = _answer(request, route)
    except CriticalError:
        return _critical(request)
    response = _json(answer.status, answer.body)
    response.headers.setdefault("Link", f'<{_site(request)}/wp-json/>; rel="https://api.w.org/"')
    response.headers.update(answer.headers)
    if request.method == "HEAD":
        response.set_data(b"")
    return response


def _site(request: Request) -> str:
    return request.host_url.rstrip("/")


def _route(request: Request) -> str | None:
    """The REST route of an address, in either of the two ways in which WordPress takes it."""
    if request.path == _PREFIX or request.path.startswith(f"{_PREFIX}/"):
        return request.path.removeprefix(_PREFIX).rstrip("/") or "/"
    if request.path in ("/", "/index.php") and "rest_route" in request.args:
        return request.args["rest_route"].rstrip("/") or "/"
    return None


def _answer(request: Request, route: str) -> Answer:
    db = database.connection()
    asked = forms.gathered(request.args.items(multi=True))
    asked.pop("rest_route", None)
    override = asked.pop("_method", None) or request.headers.get("X-HTTP-Method-Override")
    body, fault = _body(request)
    call = Call(
        db=db,
        site=_site(request),
        caller=callers.caller_of(db, request.authorization),
        method=_method(request.method, override),
        path=route,
        params={**asked, **body},
        asked=asked,
    )
    return rest.dispatched(ROUTES, call, fault)


def _method(sent: str, override: str | None) -> str:
    if sent == "POST" and override:
        return override.upper()
    return "GET" if sent == "HEAD" else sent


def _body(request: Request) -> tuple[Params, RestError | None]:
    if not request.is_json:
        return forms.gathered(request.form.items(multi=True)), None
    text = request.get_data()
    try:
        body = json.loads(text) if text else {}
        # Half a surrogate pair is no text: PHP does not read it, and it could not be stored.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {}, RestError(
            "rest_invalid_json",
            "Invalid JSON body passed.",
            400,
            json_error_code=4,
            json_error_message="Syntax error",
        )
    return body if isinstance(body, dict) else {}, None


def _json(status: int, body: Any) -> Response:
    text = json.dumps(body, separators=(",", ":"))
    return Response(text, status, content_type="application/json; charset=UTF-8")


def _critical(request: Request) -> Response:
    """What a PHP that died leaves: JSON to whoever asked for it, else a page."""
    if "application/json" not in (*request.accept_mimetypes.values(), request.mimetype):
        return login.critical_page(_CRITICAL)
    body = {
        "code": "internal_server_error",
        "message": f"<p>{_CRITICAL}</p>",
        "data": {"status": 500},
        "additional_errors": [],
    }
    return _json(500, body)
