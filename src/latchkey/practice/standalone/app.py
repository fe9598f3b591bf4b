"""The addresses of CiviCRM Standalone: the practice CRM's, with Standalone's manners."""

import json
import sqlite3
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.civicrm import app as crm
from latchkey.practice.civicrm.errors import error_id
from latchkey.practice.standalone import entities, mails, switches, tables

entities.register()

_GUARD: Final = "guard (perm)"
_GUARDS: Final = "guard (site_key, perm)"
_WHO: Final = "/civicrm/authx/id"
_DELETING: Final = "/civicrm/ajax/api4/Contact/delete"
_FORBIDDEN: Final = "Authorization failed"
_PAGE: Final = "<!DOCTYPE html><html><head><title>Error</title></head><body>Sorry</body></html>"


def respond(request: Request) -> Response | None:
    """The site's answer; None where the address is not one of its own."""
    if (control := switches.BOARD.respond(request)) is not None:
        return control
    if request.path == mails.PAGE:
        return mails.respond(request)
    return _asked(request) if request.path.startswith("/civicrm/") else None


def _asked(request: Request) -> Response | None:
    db = database.connection()
    tables.shadow(db)
    old = switches.is_old(db)
    entities.list_actions(old=old)
    mails.SITE.set(request.host_url.rstrip("/"))
    if old and _is_deactivated(db, request):
        return _broken(old=True)
    if (kept := _contact_with_user(db, request)) is not None:
        return _answer({"error_code": 0, "error_message": kept, "status": 500}, old=old)
    try:
        answer = crm.respond(request)
    except mails.CrashError:
        return _broken(old=False)
    return None if answer is None else _with_manners(request, answer, old=old)


def _with_manners(request: Request, answer: Response, *, old: bool) -> Response:
    """Real status codes, and each version's way to tell of errors."""
    if answer.status_code == 401:  # noqa: PLR2004 - the credential was refused
        answer.set_data(answer.get_data(as_text=True).replace(_GUARD, _GUARDS))
        return answer
    if answer.mimetype != "application/json":
        return _broken(old=old)
    body = json.loads(answer.get_data())
    debugs = _asks_for_debug(request)
    if _failed(body):
        return _answer(_told_more(_forbidden(request, body), debugs=debugs), old=old)
    if debugs and not old:
        action = request.path.rpartition("/")[2]
        body["debug"] = {"actionClass": f"Civi\\Api4\\Action\\User\\{action.title()}"}
        answer.set_data(json.dumps(body, ensure_ascii=False))
    several = list(body.values()) if isinstance(body, dict) and "values" not in body else []
    if several and request.path != _WHO and all(_failed(each) for each in several):
        answer.status_code = 500
    return answer


def _failed(body: Any) -> bool:
    return isinstance(body, dict) and "error_message" in body


def _forbidden(request: Request, body: dict[str, Any]) -> dict[str, Any]:
    if body["error_message"] != _FORBIDDEN:
        return body
    entity, _, action = request.path.rpartition("/api4/")[2].partition("/")
    return {**body, "error_message": f"{_FORBIDDEN}: CiviCRM APIv4 ({entity}::{action})"}


def _asks_for_debug(request: Request) -> bool:
    return bool(json.loads(request.values.get("params", "") or "{}").get("debug"))


def _told_more(body: dict[str, Any], *, debugs: bool) -> dict[str, Any]:
    """What the database said, for those who ask and may know."""
    message = str(body["error_message"])
    if not debugs or not message.startswith("DB Error: "):
        return body
    told = message.removeprefix("DB Error: ")
    return {**body, "debug": {"info": told, "db_error": told, "sql": []}}


def _answer(body: dict[str, Any], *, old: bool) -> Response:
    if not old and body["error_code"] == 0:
        body = {"error_id": error_id(), **body}
    told = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    status = int(body.get("status") or body["error_code"])
    return Response(told, status, content_type="application/json")


def _broken(*, old: bool) -> Response:
    return Response("" if old else _PAGE, 500, content_type="text/html; charset=UTF-8")


def _is_deactivated(db: sqlite3.Connection, request: Request) -> bool:
    """5.77 breaks down at the key of a user who was deactivated (key_of_inactive_user)."""
    key = request.headers.get("X-Civi-Auth", "").partition(" ")[2]
    row = db.execute(
        "SELECT u.is_active FROM civicrm_contact c JOIN standalone_user u ON u.contact_id = c.id"
        " WHERE c.api_key = ?",
        (key,),
    ).fetchone()
    return row is not None and not row[0]


def _contact_with_user(db: sqlite3.Connection, request: Request) -> str | None:
    """What is said of a contact that cannot be deleted, because it has a user."""
    if request.path != _DELETING:
        return None
    where = json.loads(request.values.get("params", "{}")).get("where") or []
    for name, _, value in where:
        there = "SELECT 1 FROM standalone_user WHERE contact_id = ?"
        if name == "id" and db.execute(there, (value,)).fetchone():
            return f"Could not delete Contact id {value}"
    return None
