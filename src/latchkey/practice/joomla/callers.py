"""Who is asking, and what they may do."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Request

from latchkey.practice.joomla import groups, users
from latchkey.practice.joomla.switches import stands
from latchkey.practice.joomla.users import User

BY_API = "core.login.api"
CREATE = "core.create"
EDIT = "core.edit"
_VISITS_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a token."""

    user: User
    permissions: frozenset[str]
    is_super: bool


def caller_of(db: sqlite3.Connection, request: Request) -> Caller | None:
    """The caller that the token proves, None for everybody else (recordings create_bad_token,
    create_no_token, token_plugin_disabled, svc_admin_group_token_allowed_no_core_login_api_*).
    """
    user = users.by_token(db, _token(request)) if stands(db, "token_plugin") else None
    if user is None or user.block:
        return None
    held = users.groups_of(db, user.id)
    is_super = groups.SUPER_USERS in held
    by_group = {BY_API, CREATE, EDIT} if is_super or groups.ADMINISTRATOR in held else set()
    permissions = frozenset(by_group) - frozenset(stands(db, "denied"))
    if BY_API not in permissions:
        return None
    _visited(db, user)
    return Caller(user, permissions, is_super)


def _token(request: Request) -> str:
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return request.headers.get("X-Joomla-Token", bearer)


def _visited(db: sqlite3.Connection, user: User) -> None:
    before = (datetime.now(UTC) - _VISITS_EVERY).strftime("%Y-%m-%d %H:%M:%S")
    if user.last_visit is None or user.last_visit < before:
        users.change(db, user.id, {"last_visit": users.now()})
