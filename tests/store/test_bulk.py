"""Many rows at once are what Django would have written, one by one."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.forms.models import model_to_dict
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from latchkey.store.bulk import insert, insert_or_renew, insert_unknown
from latchkey.store.models import Account, Change, State
from store import rows

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - Hypothesis adds the zone
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
DETAILS = st.dictionaries(TEXTS, TEXTS | st.integers(0, 99), max_size=2)


def changes(rule) -> st.SearchStrategy[list[Change]]:
    """Changes of a rule, of which neighbours may be alike in anything but the contact."""
    one = st.builds(
        Change,
        rule=st.just(rule),
        contact_id=st.integers(1, 2**40),
        contact_name=TEXTS,
        details=DETAILS,
        owed=st.none() | DETAILS,
        told=st.sampled_from(["", "told"]),
        on_demand=st.booleans(),
        activity_id=st.none() | st.integers(0, 2**40),
        entered_at=MOMENTS,
        due_at=st.none() | MOMENTS,
    )
    return st.lists(one, max_size=6, unique_by=lambda change: change.contact_id)


class AsDjangoDoes(TestCase):
    """Each example in a transaction of its own."""

    @given(st.data())
    def test_rows_are_read_as_they_were_given(self, data: st.DataObject) -> None:
        given_ = data.draw(changes(rows.rule()))

        insert(given_)

        fields = [field.name for field in Change.columns() if not field.primary_key]
        found = {row.contact_id: model_to_dict(row, fields) for row in Change.objects.all()}
        assert found == {row.contact_id: model_to_dict(row, fields) for row in given_}


@pytest.mark.django_db
def test_row_that_is_there_is_left_as_it_is():
    rule = rows.rule()
    there = rows.change(rule, 7)
    moment = datetime.now(UTC)

    insert_unknown([Change(rule=rule, contact_id=n, entered_at=moment) for n in (7, 8, 8)])

    states = dict(Change.objects.values_list("contact_id", "state"))
    assert states == {7: there.state, 8: State.NOTICED}


@pytest.mark.django_db
def test_clash_that_nobody_foresaw_inserts_none():
    rule = rows.rule()
    moment = datetime.now(UTC)

    with pytest.raises(IntegrityError):
        insert([Change(rule=rule, contact_id=n, entered_at=moment) for n in (7, 8, 8)])

    assert not Change.objects.exists()


@pytest.mark.django_db
def test_row_that_is_there_is_renewed_in_what_is_named():
    site = rows.rule().site
    old, new = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC)
    insert([Account(site=site, account_id="1", username="a", email="a@x.org", recorded_at=old)])

    insert_or_renew(
        [
            Account(site=site, account_id=one, username="b", email="b@x.org", recorded_at=new)
            for one in ("1", "2")
        ],
        ("site", "account_id"),
        ("email", "recorded_at"),
    )

    found = Account.objects.order_by("account_id").values_list("username", "email", "recorded_at")
    assert list(found) == [("a", "b@x.org", new), ("b", "b@x.org", new)]


@pytest.mark.django_db
def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert([])
        insert_unknown([])
        insert_or_renew([], ("site",), ("email",))
