"""JSON:API as Joomla writes it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from latchkey.practice.joomla import users
from latchkey.practice.joomla.groups import Group
from latchkey.practice.joomla.users import User

MEDIA_TYPE = "application/vnd.api+json"
_CONTENT_TYPE = f"{MEDIA_TYPE}; charset=utf-8"


class JoomlaError(Exception):
    """What Joomla answers instead of doing what was asked; `code` None is left out."""

    def __init__(self, status: int, title: str, code: int | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.code = code


def forbidden() -> JoomlaError:
    """To whoever may not use the API at all."""
    return JoomlaError(401, "Forbidden")


def denied() -> JoomlaError:
    """To a caller who lacks a permission."""
    return JoomlaError(403, "Access Denied", 403)


def not_found() -> JoomlaError:
    """For an unknown address, an unknown record, and whatever a switched off plugin answered."""
    return JoomlaError(404, "Resource not found", 404)


def broken() -> JoomlaError:
    """For what makes PHP fail."""
    return JoomlaError(500, "Internal server error", 500)


def error(fault: JoomlaError) -> Response:
    """An error as a document."""
    code = {} if fault.code is None else {"code": fault.code}
    return _document(fault.status, {"errors": [{"title": fault.title, **code}]})


def unacceptable() -> Response:
    """To a client that does not accept JSON:API (recording create_accept_json)."""
    text = "Could not match accept header"
    return Response(text, 406, content_type="text/html; charset=utf-8")


def item(request: Request, kind: str, attributes: Mapping[str, Any]) -> Response:
    """One record."""
    body = {"links": {"self": _self(request)}, "data": _record(kind, attributes)}
    return _document(200, body)


def listing(
    request: Request,
    kind: str,
    records: Sequence[Mapping[str, Any]],
    total: int,
    *,
    limit: int,
    offset: int,
) -> Response:
    """One page of records; `total` is the number of all."""
    body = {
        "links": {"self": _self(request), **_links(request, total, limit, offset)},
        "data": [_record(kind, one) for one in records],
        "meta": {"total-pages": -(-total // limit)},
    }
    return _document(200, body)


def user_item(db: sqlite3.Connection, user: User) -> dict[str, Any]:
    """An account by itself: its groups by their ids, `{}` where it has none."""
    held = {str(group): group for group in users.groups_of(db, user.id)}
    return {"groups": held, **_common(db, user)}


def user_row(db: sqlite3.Connection, user: User) -> dict[str, Any]:
    """An account in a list: its groups by their titles."""
    titles = users.groups_of(db, user.id).values()
    named = {"group_count": len(titles), "group_names": "\n".join(titles)}
    return {**_common(db, user), **named}


def group_row(group: Group) -> dict[str, Any]:
    """A group in a list."""
    return {
        "id": group.id,
        "parent_id": group.parent_id,
        "lft": group.lft,
        "rgt": group.rgt,
        "title": group.title,
    }


def _common(db: sqlite3.Connection, user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "username": user.username,
        "email": user.email,
        "block": user.block,
        "sendEmail": user.send_email,
        "registerDate": user.registered,
        "lastvisitDate": user.last_visit,
        "lastResetTime": user.last_reset,
        "resetCount": user.reset_count,
        **users.fields_of(db, user.id),
    }


def _record(kind: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": kind, "id": str(attributes["id"]), "attributes": dict(attributes)}


def _self(request: Request) -> str:
    query = request.environ.get("QUERY_STRING", "")
    return f"{request.base_url}?{query}" if query else request.base_url


def _links(request: Request, total: int, limit: int, offset: int) -> dict[str, str]:
    """The neighbours of a page (recording lookup_paging)."""
    last = (total - 1) // limit * limit if total else 0
    links = {}
    if offset > 0:
        links["first"] = _page(request, limit, 0)
        links["previous"] = _page(request, limit, max(0, offset - limit))
    if offset + limit < total:
        links["next"] = _page(request, limit, offset + limit)
        links["last"] = _page(request, limit, last)
    return links


def _page(request: Request, limit: int, offset: int) -> str:
    pages = {"page[limit]": limit, "page[offset]": offset}
    others = {name: value for name, value in request.args.items() if name not in pages}
    query = "&".join(f"{quote(k)}={quote(str(v))}" for k, v in (others | pages).items())
    return f"{request.base_url}?{query}"


def _document(status: int, body: object) -> Response:
    return Response(json.dumps(body), status, content_type=_CONTENT_TYPE)
