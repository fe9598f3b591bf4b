"""Lists in pages by keyset: any number of rows, the same few queries, no page that slows down."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

from latchkey.web.asking import whole
from latchkey.web.forms import ShapedForm

Row = TypeVar("Row", bound=Model)
PAGE = 50
# Counting stops here: beyond it people want a filter, not a number.
COUNTED = 1000
_SALT = "latchkey.web.lists"


class FilterForm(ShapedForm):
    """The filters of a list, all of them optional; `narrow` is what they do to its rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that the filters let through; those that cannot be read let all through."""
        return rows

    def given(self, name: str) -> Any:
        """What was chosen, None or empty when nothing was or it cannot be read."""
        return getattr(self, "cleaned_data", {}).get(name)


class NoFilters(FilterForm):
    """For a list that is short by nature."""


class Search(forms.CharField):
    """The field of a filter that is typed into."""

    widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `sort` is the field that it sorts by, None where it cannot.

    That field has to be without nulls and, in a long list, indexed. A `spare` one gives room to
    what is shown beside the list, which says the same.
    """

    label: Any
    sort: str | None = None
    end: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A column as the page shows it: `query` leads to the list sorted by it, None where none."""

    label: Any
    style: str
    query: str | None = None
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list. `later` and `earlier` are the queries of its neighbours, None at an end.

    `counted` is how many rows there are, at most COUNTED; `is_more` says that there are more.
    """

    rows: Sequence[Row]
    form: FilterForm
    headings: Sequence[Heading]
    earlier: str | None
    later: str | None
    counted: int
    is_more: bool
    is_filtered: bool


def listing(
    request: HttpRequest,
    rows: QuerySet[Row],
    columns: Sequence[Column],
    *,
    form: Callable[[QueryDict], FilterForm] = NoFilters,
    order: str = "-pk",
    size: int = PAGE,
) -> Listing[Row]:
    """The page of `rows` that the request asks for: filtered, sorted, cut. Three queries.

    `order` is how it is sorted unless a column is chosen; a leading "-" turns it round.
    """
    filled = form(request.GET)
    filled.is_valid()
    narrowed = filled.narrow(rows)
    sort = _sort(request.GET, columns, order)
    found, earlier, later = _cut(request.GET, narrowed, sort, size)
    counted = narrowed.order_by()[: COUNTED + 1].count()
    return Listing(
        rows=found,
        form=filled,
        headings=[_heading(request.GET, column, sort) for column in columns],
        earlier=_query(request.GET, before=_mark(found[0], sort)) if earlier else None,
        later=_query(request.GET, after=_mark(found[-1], sort)) if later else None,
        counted=min(counted, COUNTED),
        is_more=counted > COUNTED,
        is_filtered=any(request.GET.get(name) for name in filled.fields),
    )


def _sort(asked: QueryDict, columns: Sequence[Column], order: str) -> str:
    wanted = asked.get("sort", "")
    allowed = {column.sort for column in columns if column.sort}
    return wanted if wanted.removeprefix("-") in allowed else order


def _cut(
    asked: QueryDict, rows: QuerySet[Row], sort: str, size: int
) -> tuple[list[Row], bool, bool]:
    """The rows of the page, and whether there are rows before and after it."""
    backwards = "before" in asked
    mark = _read_mark(asked.get("before") or asked.get("after"), sort)
    descending = sort.startswith("-") is not backwards
    field = sort.removeprefix("-")
    sign = "-" if descending else ""
    keys = [f"{sign}{field}"] if field == "pk" else [f"{sign}{field}", f"{sign}pk"]
    ordered = rows.order_by(*keys)
    if mark is not None:
        ordered = ordered.filter(_beyond(field, mark, descending=descending))
    found = list(ordered[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
        return found, has_more and bool(found), bool(found)
    return found, mark is not None and bool(found), has_more


def _beyond(field: str, mark: tuple[Any, Any], *, descending: bool) -> Q:
    value, pk = mark
    than = "lt" if descending else "gt"
    if field == "pk":
        return Q(**{f"pk__{than}": pk})
    # The first condition alone lets the database start at the right place of the index.
    return Q(**{f"{field}__{than}e": value}) & (
        Q(**{f"{field}__{than}": value}) | Q(**{f"pk__{than}": pk})
    )


def _mark(row: Model, sort: str) -> str:
    """Where a page ends, signed for its order: what comes back is put into a query."""
    value: Any = row
    for step in sort.removeprefix("-").split("__"):
        value = getattr(value, step)
    text = json.dumps([str(value), str(row.pk)])
    return _signer(sort).sign_object(text, compress=True)


def _read_mark(text: str | None, sort: str) -> tuple[Any, Any] | None:
    """None without one, and for one that is not of this order: the list begins at its start."""
    if not text:
        return None
    try:
        value, pk = json.loads(_signer(sort).unsign_object(text))
    except signing.BadSignature:
        return None
    return value, pk


def _signer(sort: str) -> signing.Signer:
    return signing.Signer(salt=f"{_SALT} {sort.removeprefix('-')}")


def _heading(asked: QueryDict, column: Column, sort: str) -> Heading:
    style = " ".join(["text-end"] * column.end + ["spare"] * column.spare)
    if column.sort is None:
        return Heading(column.label, style)
    is_sorted = sort.removeprefix("-") == column.sort
    turned = sort == column.sort
    query = _query(asked, sort=f"-{column.sort}" if turned else column.sort)
    direction = ("ascending" if turned else "descending") if is_sorted else ""
    return Heading(column.label, style, query, direction)


def _query(asked: QueryDict, **put: str) -> str:
    """The present query with these values, and from its first page unless they say otherwise."""
    changed = asked.copy()
    for gone in ("before", "after"):
        changed.pop(gone, None)
    for name, value in put.items():
        changed[name] = value
    return f"?{changed.urlencode()}"


def chosen(asked: QueryDict, name: str = "chosen") -> Mapping[int, None]:
    """The numbers of the rows that were ticked, in their order and once each."""
    numbers = (whole(text) for text in asked.getlist(name))
    return dict.fromkeys(number for number in numbers if number is not None)
