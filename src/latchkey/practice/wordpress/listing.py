"""Lists of accounts: search, filters, order and pages."""

import sqlite3
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from latchkey.practice.wordpress import roles
from latchkey.practice.wordpress.errors import RestError
from latchkey.practice.wordpress.parameters import Argument, Arguments, Params
from latchkey.practice.wordpress.presenting import presented
from latchkey.practice.wordpress.rest import Answer, Call
from latchkey.practice.wordpress.users import COLUMNS, User, user_of_row

CONTEXT = Argument(
    "string",
    "Scope under which the request is made.",
    enum=("view", "embed", "edit"),
    default="view",
)
_ORDERS = ("id", "include", "name", "registered_date", "slug", "include_slugs", "email", "url")
_IDS = Argument("array", "Ids.", items=Argument("integer"), default=[])
_WORDS = Argument("array", "One or more, comma between.", items=Argument("string"))
_SEARCH_COLUMNS = {
    "email": "u.email",
    "name": "u.display_name",
    "id": "u.id",
    "username": "u.login",
    "slug": "u.slug",
}
ARGUMENTS: Arguments = {
    "context": CONTEXT,
    "page": Argument("integer", "Page of the list.", default=1, minimum=1),
    "per_page": Argument("integer", "Most items a page.", default=10, minimum=1, maximum=100),
    "search": Argument("string", "A part of what is looked for."),
    "exclude": _IDS,
    "include": _IDS,
    "offset": Argument("integer", "Items to leave out at the start."),
    "order": Argument("string", "Direction.", enum=("asc", "desc"), default="asc"),
    "orderby": Argument("string", "What to sort by.", enum=_ORDERS, default="name"),
    "search_columns": Argument(
        "array",
        "Where to search.",
        items=Argument("string", enum=tuple(_SEARCH_COLUMNS)),
        default=[],
    ),
    "slug": _WORDS,
    "roles": _WORDS,
    "capabilities": _WORDS,
    "who": Argument("string", "Accounts that may write.", enum=("authors",)),
    "has_published_posts": Argument("boolean", "Accounts with published posts."),
}
_ORDER_COLUMNS = {
    "id": "u.id",
    "name": "u.display_name COLLATE NOCASE",
    "registered_date": "u.registered",
    "slug": "u.slug",
    "email": "u.email",
    "url": "u.url",
}


@dataclass(slots=True)
class _Where:
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: object) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    def any_of(self, column: str, values: list[Any]) -> None:
        self.add(f"{column} IN ({', '.join('?' * len(values))})", *values)

    def __str__(self) -> str:
        return " AND ".join(self.conditions) or "1"


def permit(call: Call) -> None:
    """Filters and orders that would tell addresses or roles are for those who may list accounts."""
    if call.caller.can("list_users"):
        return
    status = call.caller.refusal
    if call.params.get("roles") or call.params.get("capabilities"):
        message = "Sorry, you are not allowed to filter users by role."
        raise RestError("rest_user_cannot_view", message, status)
    if call.asks_for("edit"):
        message = "Sorry, you are not allowed to list users."
        raise RestError("rest_forbidden_context", message, status)
    if call.params.get("orderby") in ("email", "registered_date"):
        message = "Sorry, you are not allowed to order users by this parameter."
        raise RestError("rest_forbidden_orderby", message, status)


def answer(call: Call) -> Answer:
    """One page, with the number of accounts and pages in the headers.

    Whoever may not list accounts sees those that published something: a search for anybody else
    is an empty 200 (recording users-search-email-without-list-users).
    """
    where = _where(call)
    total = _count(call.db, where)
    size, page = call.params["per_page"], call.params["page"]
    start = call.params.get("offset")
    found = _page(call, where, size, (page - 1) * size if start is None else start)
    pages = -(-total // size)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    links = _links(call, page, pages)
    if links:
        headers["Link"] = links
    return Answer(200, [presented(call, user) for user in found], headers)


def _where(call: Call) -> _Where:
    asked, where = call.params, _Where()
    if not call.caller.can("list_users") or asked.get("has_published_posts"):
        where.add("u.published_posts > 0")
    if asked.get("search"):
        _search(call, where)
    for column, values in (
        ("u.id", asked["include"]),
        ("u.id NOT", asked["exclude"]),
        ("u.slug", asked.get("slug")),
    ):
        if values:
            where.any_of(column, values)
    for wanted in _role_filters(asked):
        _has_role(where, wanted)
    return where


def _role_filters(asked: Params) -> list[list[str]]:
    """Lists of roles, of each of which an account needs one."""
    capabilities = [*asked.get("capabilities", ()), *(["edit_posts"] if asked.get("who") else [])]
    filters = [
        [role for role, held in roles.CAPABILITIES.items() if capability in held]
        for capability in capabilities
    ]
    return [*filters, asked["roles"]] if asked.get("roles") else filters


def _has_role(where: _Where, wanted: list[str]) -> None:
    marks = ", ".join("?" * len(wanted))
    where.add(
        f"u.id IN (SELECT user_id FROM wp_user_roles WHERE role IN ({marks}))",  # noqa: S608 - marks only
        *wanted,
    )


def _search(call: Call, where: _Where) -> None:
    """A substring, in any case; with an @ in it, of the address alone, as WordPress guesses."""
    term = str(call.params["search"]).strip("*")
    columns = call.params["search_columns"]
    if not call.caller.can("list_users"):
        columns = ["id", "username", "slug", "name"]
    elif not columns and "@" in term:
        columns = ["email"]
    elif not columns and term.isdecimal():
        columns = ["username", "id"]
    names = [_SEARCH_COLUMNS[column] for column in columns] or [
        "u.login",
        "u.url",
        "u.email",
        "u.slug",
        "u.display_name",
    ]
    literal = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    tests, values = [], []
    for name in names:
        tests.append(f"{name} = ?" if name == "u.id" else f"{name} LIKE ? ESCAPE '\\'")
        values.append(term if name == "u.id" else f"%{literal}%")
    where.add(f"({' OR '.join(tests)})", *values)


def _count(db: sqlite3.Connection, where: _Where) -> int:
    statement = f"SELECT count(*) FROM wp_users u WHERE {where}"  # noqa: S608 - marks only
    return int(db.execute(statement, where.values).fetchone()[0])


def _page(call: Call, where: _Where, size: int, start: int) -> list[User]:
    order, ranked = _order(call)
    direction = call.params["order"]
    statement = (
        f"SELECT {COLUMNS} FROM wp_users u WHERE {where}"  # noqa: S608 - marks only
        f" ORDER BY {order} {direction}, u.id {direction} LIMIT ? OFFSET ?"
    )
    rows = call.db.execute(statement, (*where.values, *ranked, size, start))
    return [user_of_row(row) for row in rows]


def _order(call: Call) -> tuple[str, list[Any]]:
    """What to sort by, and the values for its marks: the order given in `include` or `slug`."""
    orderby = call.params["orderby"]
    if orderby not in ("include", "include_slugs"):
        return _ORDER_COLUMNS[orderby], []
    column, argument = ("u.id", "include") if orderby == "include" else ("u.slug", "slug")
    values = list(call.params.get(argument, ()))
    if not values:
        return column, []
    ranks = " ".join(f"WHEN ? THEN {rank}" for rank in range(len(values)))
    return f"CASE {column} {ranks} END", values


def _links(call: Call, page: int, pages: int) -> str:
    address = f"{call.site}/wp-json{call.path}"
    links = [
        f'<{address}?{urlencode({**call.asked, "page": number}, doseq=True)}>; rel="{relation}"'
        for number, relation in ((min(page - 1, pages), "prev"), (page + 1, "next"))
        if 1 <= number <= pages
    ]
    return ", ".join(links)
