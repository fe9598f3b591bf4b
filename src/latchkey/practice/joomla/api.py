"""The Web Services: users, their groups, and the list of plugins."""

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from latchkey.practice import database
from latchkey.practice.joomla import documents, groups, saving, users
from latchkey.practice.joomla.callers import CREATE, EDIT, Caller, caller_of
from latchkey.practice.joomla.documents import MEDIA_TYPE, JoomlaError
from latchkey.practice.joomla.switches import stands

PREFIX = "/api/index.php/v1/"
DEFAULT_LIMIT = 20
# The type of most plugins is their folder, the name their element; Joomla shows no parameters.
_USER_PLUGIN = {"id": 238, "name": "plg_user_joomla", "element": "joomla", "folder": "user"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a known caller; `id` is that of the address, 0 where it has none."""

    db: sqlite3.Connection
    request: Request
    caller: Caller
    id: int

    @property
    def body(self) -> dict[str, Any]:
        """What was sent; something else than a JSON object is nothing."""
        try:
            sent = json.loads(self.request.get_data() or b"{}")
        except ValueError:
            return {}
        return sent if isinstance(sent, dict) else {}


def respond(request: Request) -> Response | None:
    """The answer of the Web Services; None for another address."""
    if not request.path.startswith(PREFIX):
        return None
    # "*/*" is accepted, "application/json" is not (recordings create_accept_any, …_json).
    if not {MEDIA_TYPE, "*/*"} & set(request.accept_mimetypes.values()):
        return documents.unacceptable()
    try:
        with database.transaction() as db:
            return _answer(db, request, request.path.removeprefix(PREFIX))
    except JoomlaError as fault:
        return documents.error(fault)


def _answer(db: sqlite3.Connection, request: Request, path: str) -> Response:
    for pattern, plugin, methods in _ROUTES:
        found = pattern.fullmatch(path)
        if found is None or not stands(db, plugin):
            continue
        act = methods.get(request.method)
        if act is None:
            break
        caller = caller_of(db, request)
        if caller is None:
            raise documents.forbidden()
        return act(Call(db, request, caller, int(found["id"] or 0)))
    raise documents.not_found()


def _list_users(call: Call) -> Response:
    search = users.searched(call.request.args.get("filter[search]", ""))
    limit, offset = _limits(call.request)
    total = users.count(call.db, search)
    if offset > total:
        raise documents.not_found()
    found = users.page(call.db, search, limit, offset)
    rows = [documents.user_row(call.db, user) for user in found]
    return documents.listing(call.request, "users", rows, total, limit=limit, offset=offset)


def _show_user(call: Call) -> Response:
    user = users.by_id(call.db, call.id)
    if user is None:
        raise documents.not_found()
    return documents.item(call.request, "users", documents.user_item(call.db, user))


def _create_user(call: Call) -> Response:
    if CREATE not in call.caller.permissions:
        raise documents.denied()
    user_id = saving.create(call.db, call.caller, call.body, call.request.host_url)
    return _show_user(Call(call.db, call.request, call.caller, user_id))


def _change_user(call: Call) -> Response:
    if EDIT not in call.caller.permissions:
        raise documents.denied()
    saving.update(call.db, call.caller, call.id, call.body)
    return _show_user(call)


def _list_groups(call: Call) -> Response:
    limit, offset = _limits(call.request)
    every = groups.every(call.db)
    rows = [documents.group_row(group) for group in every[offset : offset + limit]]
    return documents.listing(call.request, "groups", rows, len(every), limit=limit, offset=offset)


def _list_plugins(call: Call) -> Response:
    """The one plugin that is asked for here, as far as the filters let it through."""
    filters = {"filter[element]": "element", "filter[type]": "folder"}
    asked = {key: call.request.args.get(name, "") for name, key in filters.items()}
    row = {**_USER_PLUGIN, "enabled": int(stands(call.db, "user_plugin")), "access": 1}
    if stands(call.db, "plugin_params"):
        row["params"] = {"mail_to_user": str(int(stands(call.db, "mail_to_user")))}
    rows = [row] if all(value in ("", row[key]) for key, value in asked.items()) else []
    limit, offset = _limits(call.request)
    return documents.listing(call.request, "plugins", rows, len(rows), limit=limit, offset=offset)


def _limits(request: Request) -> tuple[int, int]:
    limit = request.args.get("page[limit]", DEFAULT_LIMIT, type=int)
    return limit if limit > 0 else DEFAULT_LIMIT, max(
        0, request.args.get("page[offset]", 0, type=int)
    )


_Act = Callable[[Call], Response]
_ROUTES: tuple[tuple[re.Pattern[str], str, dict[str, _Act]], ...] = (
    (re.compile(r"users(?P<id>)"), "webservices_users", {"GET": _list_users, "POST": _create_user}),
    (
        re.compile(r"users/(?P<id>\d{1,18})"),
        "webservices_users",
        {"GET": _show_user, "PATCH": _change_user},
    ),
    (re.compile(r"users/groups(?P<id>)"), "webservices_users", {"GET": _list_groups}),
    (re.compile(r"plugins(?P<id>)"), "webservices_plugins", {"GET": _list_plugins}),
)
