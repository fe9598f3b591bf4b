"""The accounts on record: each has one contact, and each contact one account."""

import pytest
from django.db import IntegrityError

from latchkey.policy.values import Account
from latchkey.store import accounts
from latchkey.store.accounts import Known
from store import rows

pytestmark = pytest.mark.django_db


def known(account_id: str, contact_id: int) -> Known:
    """An account that we made for a contact."""
    account = Account(account_id, f"user{account_id}", f"{account_id}@example.org")
    return Known(account, contact_id, frozenset(), created_by_us=True)


def test_contact_moves_from_one_account_to_another():
    rule = rows.rule()
    accounts.record(rule.site, rule.crm, [known("1", 7)])

    accounts.record(rule.site, rule.crm, [known("2", 7)])

    assert accounts.links(rule.site, rule.crm, [7]) == {7: "2"}


def test_two_contacts_exchange_their_accounts():
    rule = rows.rule()
    accounts.record(rule.site, rule.crm, [known("1", 7), known("2", 8)])

    accounts.record(rule.site, rule.crm, [known("2", 7), known("1", 8)])

    assert accounts.links(rule.site, rule.crm, [7, 8]) == {7: "2", 8: "1"}


@pytest.mark.django_db(transaction=True)
def test_record_that_cannot_be_written_leaves_the_links_as_they_were():
    rule = rows.rule()
    accounts.record(rule.site, rule.crm, [known("1", 7)])

    with pytest.raises(IntegrityError):
        accounts.record(rule.site, rule.crm, [known("2", 7), known("3", 7)])

    assert accounts.links(rule.site, rule.crm, [7]) == {7: "1"}
