"""The addresses of the practice CRM: API v4 and authx/id, clean or by `civiwp`."""

import json
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import actions, authx, exporting, importing, pages, profile
from latchkey.practice.civicrm.errors import (
    SECURITY_AJAX,
    SECURITY_GET,
    ApiError,
    NotAuthenticated,
)
from latchkey.practice.civicrm.permissions import DEBUG, Requester

_API: Final = "civicrm/ajax/api4"
_WHO: Final = "civicrm/authx/id"
_CALL_PARTS: Final = 4
_BROKEN: Final = (
    "<!DOCTYPE html>\n<html><head><title>WordPress &rsaquo; Error</title></head>"
    '<body id="error-page"><p>There has been a critical error on this website.</p></body></html>'
)


_log = logging.getLogger(__name__)


class _Malformed(Exception):  # noqa: N818 - named by what happened
    """`params` or `calls` is not JSON: WordPress shows its page of critical errors."""


def respond(request: Request) -> Response | None:
    """The CRM's answer; None when the address is not the CRM's."""
    path = _civicrm_path(request)
    if path is None or not _ours(path):
        return _page(request, path)
    try:
        requester = authx.requester_of(database.connection(), request)
        if path == _WHO:
            return _json(_identity(requester))
        return _json(_answer(request, requester, path.removeprefix(_API).strip("/")))
    except NotAuthenticated as refused:
        told = f"HTTP 401 {refused}"
        return Response(told, 401, content_type="text/plain;charset=UTF-8")
    except _Malformed:
        return Response(_BROKEN, 500, content_type="text/html; charset=UTF-8")


def _page(request: Request, path: str | None) -> Response | None:
    """What people look at, who need no credential here."""
    if path == exporting.ADDRESS:
        return exporting.respond(request)
    if path == importing.ADDRESS:
        return importing.respond(request)
    if path == profile.ADDRESS:
        return profile.respond(request)
    return pages.respond(request, path)


def _civicrm_path(request: Request) -> str | None:
    path = request.path.strip("/")
    if path in ("", "index.php") and request.args.get("civiwp") == "CiviCRM":
        return request.args.get("q", "").strip("/")
    if not path.startswith("civicrm/"):
        return None
    # Without a base page WordPress does not know the clean addresses.
    return path if database.switch(database.connection(), "base_page", default=True) else None


def _ours(path: str) -> bool:
    return path in (_WHO, _API) or path.startswith(f"{_API}/")


def _identity(requester: Requester) -> dict[str, Any]:
    return {
        "contact_id": requester.contact_id,
        "user_id": requester.user_id,
        "flow": requester.flow,
        "cred": requester.credential,
    }


def _answer(request: Request, requester: Requester, rest: str) -> Any:
    if not authx.may_ask(request, requester):
        return {"error_code": 400, "error_message": SECURITY_AJAX}
    entity, _, action = rest.partition("/")
    if request.method == "GET" and not action.startswith("get"):
        return {"error_code": 405, "error_message": SECURITY_GET}
    if not rest:
        return _several(request, requester)
    parameters = _told(request, "params")
    index = request.values.get("index")
    return _one(requester, entity, action, parameters, index)


def _several(request: Request, requester: Requester) -> Any:
    calls = _told(request, "calls")
    if isinstance(calls, Mapping):
        return {name: _from_list(requester, each) for name, each in calls.items()}
    return [_from_list(requester, each) for each in calls]


def _from_list(requester: Requester, told: Any) -> Any:
    if not isinstance(told, list) or len(told) < _CALL_PARTS - 2:
        return ApiError("Invalid parameters").answer(in_full=requester.may(DEBUG))
    entity, action, parameters, index = (*told, None, None)[:_CALL_PARTS]
    return _one(requester, entity, action, parameters, index)


def _one(requester: Requester, entity: str, action: str, parameters: Any, index: Any) -> Any:
    """The answer to one call; its errors are in the body, the status stays 200."""
    try:
        answer = actions.call(requester, entity, action, parameters or {})
        if index is not None:
            answer["values"] = actions.indexed(answer["values"], index)
    except ApiError as error:
        failed = error
    except sqlite3.Error:
        _log.exception("the database refused a call to %s.%s", entity, action)
        failed = ApiError("DB Error: unknown error")
    except (TypeError, ValueError, LookupError, AttributeError):
        _log.exception("a call to %s.%s was not understood", entity, action)
        failed = ApiError("Invalid parameters")
    else:
        return answer
    return failed.answer(in_full=requester.may(DEBUG))


def _told(request: Request, name: str) -> Any:
    """A form field that holds JSON; a JSON body is not looked at."""
    raw = request.values.get(name)
    if not raw:
        return {}
    try:
        return json.loads(raw)
    except ValueError as malformed:
        raise _Malformed from malformed


def _json(body: Any) -> Response:
    told = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(told, 200, content_type="application/json")
