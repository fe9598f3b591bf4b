"""`/practice/control` of this site: what tests and the demo turn. Loopback only."""

import ipaddress
import json
import sqlite3
from typing import Any, Final

from werkzeug.wrappers import Request, Response

from latchkey.practice import database

ADDRESS: Final = "/practice/control"
FUNCTIONS: Final = (
    "core_user_create_users",
    "core_user_get_users_by_field",
    "core_user_get_users",
    "core_user_update_users",
    "core_user_delete_users",
    "core_auth_request_password_reset",
    "core_webservice_get_site_info",
    "core_cohort_add_cohort_members",
    "core_cohort_delete_cohort_members",
    "core_cohort_get_cohort_members",
    "core_cohort_search_cohorts",
)
CAPABILITIES: Final = (
    "moodle/user:create",
    "moodle/user:update",
    "moodle/user:delete",
    "moodle/user:viewdetails",
    "moodle/user:viewalldetails",
    "moodle/user:viewhiddendetails",
    "moodle/site:viewfullnames",
    "moodle/site:viewuseridentity",
    "moodle/cohort:view",
    "moodle/cohort:assign",
)
SWITCHES: Final[dict[str, Any]] = {
    "functions": list(FUNCTIONS),
    "capabilities": list(CAPABILITIES),
    "languages": ["en", "fr", "pt_br"],
    "database_ignores_case": True,
    "debug": False,
    "mail_fails": False,
    "maintenance": False,
}


def respond(request: Request) -> Response | None:
    """Turn the switches that are named, or show them all; None for another address."""
    if request.path != ADDRESS:
        return None
    if not ipaddress.ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104 - no address is a stranger's
        return _json(403, {"error": "from this machine only"})
    if request.method == "GET":
        db = database.connection()
        return _json(200, {name: of(db, name) for name in SWITCHES})
    orders = request.get_json(silent=True) if request.is_json else None
    if not isinstance(orders, dict):
        return _json(400, {"error": "a JSON object is expected"})
    for name, value in orders.items():
        if type(value) is not type(SWITCHES.get(name)):
            return _json(400, {"error": f"there is no such switch as {name} = {value!r}"})
    with database.transaction() as db:
        for name, value in orders.items():
            database.set_switch(db, f"moodle_{name}", value)
    return _json(200, orders)


def of(db: sqlite3.Connection, name: str) -> Any:
    """What a switch stands at."""
    return database.switch(db, f"moodle_{name}", SWITCHES[name])


def _json(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=UTF-8")
