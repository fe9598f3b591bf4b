"""Who asks: credentials and guards, as the extension authx has them."""

import sqlite3
from typing import Final

from werkzeug.wrappers import Request

from latchkey.practice.civicrm import hosting, settings
from latchkey.practice.civicrm.errors import NotAuthenticated
from latchkey.practice.civicrm.permissions import ANONYMOUS, BY_API_KEY, Requester

SITE_KEY: Final = "practice-site-key"
_XHR: Final = "XMLHttpRequest"


def requester_of(db: sqlite3.Connection, request: Request) -> Requester:
    """The holder of the credential, anonymous where there is none.

    Raises:
        NotAuthenticated: a wrong key, or a guard that is not met.
    """
    flow, told = _credential(request)
    if flow is None or told is None:
        return ANONYMOUS
    contact_id = _contact_of_key(db, told.partition(" ")[2].strip())
    if contact_id is None:
        raise NotAuthenticated("Invalid credential")
    user_id = hosting.user_of(db, contact_id)
    permissions = hosting.permissions_of(db, user_id) if user_id is not None else frozenset()
    _guard(db, request, permissions)
    return Requester(contact_id, user_id, permissions, flow, "api_key")


def may_ask(request: Request, requester: Requester) -> bool:
    """Whether a call is let in: from a script of the site's own, or with X-Civi-Auth."""
    return requester.flow == "xheader" or request.headers.get("X-Requested-With") == _XHR


def _credential(request: Request) -> tuple[str | None, str | None]:
    header = request.headers.get("X-Civi-Auth")
    if header is not None:
        return "xheader", header
    parameter = request.values.get("_authx")
    if parameter is not None:
        return "param", parameter
    header = request.headers.get("Authorization", "")
    return ("header", header) if header.startswith("Bearer ") else (None, None)


def _contact_of_key(db: sqlite3.Connection, key: str) -> int | None:
    row = db.execute(
        # The index knows no case, keys do.
        "SELECT id FROM civicrm_contact"
        " WHERE api_key = ? AND api_key = ? COLLATE BINARY AND is_deleted = 0",
        (key, key),
    ).fetchone()
    return None if row is None else int(row[0])


def _guard(db: sqlite3.Connection, request: Request, permissions: frozenset[str]) -> None:
    guards: list[str] = settings.value_of(db, settings.GUARDS)
    met = not guards or ("perm" in guards and BY_API_KEY in permissions)
    if "site_key" in guards and request.headers.get("X-Civi-Key") == SITE_KEY:
        met = True
    if not met:
        told = ", ".join(guards)
        raise NotAuthenticated(f"Login not permitted. Must satisfy guard ({told}).")
