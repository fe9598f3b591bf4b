"""Lists in pages: every row once, in order, forwards and back, in a few queries."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from latchkey.store.models import SettingChange
from latchkey.web.lists import Column, Listing, chosen, listing
from latchkey.web.screens.settings import ChangesFilter

from .reading import text

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
COLUMNS = (Column("When", "at"), Column("Who", "by"), Column("What"))


def entries(minutes: list[int]) -> None:
    """One entry of the changes for each of these minutes."""
    SettingChange.objects.bulk_create(
        SettingChange(at=BEGIN + timedelta(minutes=m), by=f"by {m % 3}", what=f"what {m}")
        for m in minutes
    )


def page(query: str = "", size: int = 3, order: str = "-at") -> Listing[SettingChange]:
    """A page of the changes."""
    request = RequestFactory().get(f"/changes/{query}")
    rows = SettingChange.objects.all()
    return listing(request, rows, COLUMNS, form=ChangesFilter, order=order, size=size)


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["at", "-at", "by", "-by"])
@given(minutes=st.lists(st.integers(0, 6), max_size=14))
@settings(deadline=None)  # a database, on a machine that may be busy
def test_pages_hold_every_row_once_and_in_order(sort: str, minutes: list[int]):
    SettingChange.objects.all().delete()
    entries(minutes)
    seen, query = [], f"?sort={sort}"
    while query is not None:
        found = page(query)
        seen += found.rows
        query = found.later

    field, descending = sort.removeprefix("-"), sort.startswith("-")
    keys = [(getattr(row, field), row.pk) for row in seen]
    assert keys == sorted(keys, reverse=descending)
    assert len(seen) == len(minutes)


@pytest.mark.django_db
def test_way_back_leads_over_the_same_pages():
    entries(list(range(8)))
    first = page()
    second = page(first.later)
    third = page(second.later)

    back = page(third.earlier)
    start = page(back.earlier)

    assert back.rows == second.rows
    assert start.rows == first.rows
    assert start.earlier is None


@pytest.mark.django_db
def test_forged_place_begins_at_the_start():
    entries(list(range(5)))

    assert page("?after=forged").rows == page().rows


@pytest.mark.django_db
def test_column_that_does_not_sort_is_not_sorted_by():
    entries([1, 2])

    assert page("?sort=what").rows == page().rows


@pytest.mark.django_db
def test_page_takes_two_queries_whatever_the_number():
    entries(list(range(2000)))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = page(size=50)

    assert len(asked) == 2
    assert (found.counted, found.is_more) == (1000, True)


def test_changes_are_found_by_their_author(administrator: Client):
    entries([0, 1, 2])

    answer = administrator.get("/changes/?text=by+1")

    assert "what 1" in text(answer)
    assert "what 2" not in text(answer)


def test_filter_that_finds_nothing_says_so(administrator: Client):
    entries([0])

    assert "Nothing matches these filters" in text(administrator.get("/changes/?text=zzz"))


@pytest.mark.django_db
def test_place_in_a_list_sorted_by_something_else_begins_at_the_start():
    entries(list(range(5)))
    by_name = page("?sort=by").later

    assert page(by_name.replace("sort=by", "sort=at")).rows == page("?sort=at").rows


@pytest.mark.parametrize("ticked", ["9" * 30, "9" * 5000, "-1", "x"])
def test_number_that_no_row_has_is_none_of_those_ticked(ticked: str):
    assert list(chosen(QueryDict(f"chosen=7&chosen={ticked}"))) == [7]
