"""What is decided without asking: numbers of new users, what fits, what counts as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import NewAccount
from latchkey.remote.civicrm.answers import Unsupported
from latchkey.sites.rounds import apart
from latchkey.sites.standalone.making import _claims
from latchkey.sites.standalone.roles import powers_in
from latchkey.sites.standalone.users import (
    LONGEST_NAME,
    OF_CONTACTS,
    OF_OTHERS,
    folded,
    language_of,
    own_uf_id,
    record_of,
    unfit,
)

LARGEST = 2**31 - 1
NAMES = st.text("abcZÉé", min_size=1, max_size=4)


def account(username: str, email: str, contact_id: int | None = None) -> NewAccount:
    return NewAccount(username, email, "x", frozenset(), contact_id=contact_id)


@given(st.integers(min_value=1, max_value=OF_OTHERS - OF_CONTACTS - 1))
def test_number_of_a_contact_is_its_own(contact_id: int) -> None:
    mine = own_uf_id(account("ann", "ann@example.org", contact_id))

    assert mine - OF_CONTACTS == contact_id
    assert mine < OF_OTHERS


@given(st.emails(), st.integers(min_value=OF_OTHERS - OF_CONTACTS) | st.none())
def test_number_of_an_address_is_one_that_civicrm_takes(email: str, contact_id: int | None) -> None:
    mine = own_uf_id(account("ann", email, contact_id))

    assert OF_OTHERS <= mine <= LARGEST
    assert mine == own_uf_id(account("bob", email.upper().lower(), contact_id))


@given(st.lists(st.tuples(NAMES, NAMES, st.integers(1, 5) | st.none()), max_size=12))
def test_users_made_together_have_nothing_in_common(
    given_: list[tuple[str, str, int | None]],
) -> None:
    accounts = {
        number: account(name, f"{local}@example.org", contact)
        for number, (name, local, contact) in enumerate(given_)
    }

    now, later = apart(accounts, _claims)

    assert {**now, **later} == accounts
    assert bool(now) == bool(accounts)
    for key in (
        [folded(one.username) for one in now.values()],
        [folded(one.email) for one in now.values()],
        [one.contact_id for one in now.values() if one.contact_id is not None],
        [record_of(one)["uf_id"] for one in now.values()],
    ):
        assert len(key) == len(set(key))


@given(st.text(min_size=1, max_size=80))
def test_only_names_that_are_kept_whole_fit(username: str) -> None:
    refused = unfit(username=username, email="ann@example.org", fields={})

    assert (refused is None) is (len(username) <= LONGEST_NAME)


@pytest.mark.parametrize("email", ["", "ann", "ann@", f"{'a' * 60}@{'b' * 60}.{'c' * 20}.org"])
def test_what_is_no_address_does_not_fit(email: str) -> None:
    assert unfit(username="ann", email=email, fields={}) is not None


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@pytest.mark.parametrize(
    ("one", "other"), [("José", "jose"), ("ÉMILE", "emile"), ("ann ", "Ann"), ("Å", "a")]
)
def test_names_that_the_database_takes_for_the_same(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@given(st.text(max_size=8))
def test_language_is_given_whole_or_not_at_all(text: str) -> None:
    assert language_of(text) in (None, text)
    assert len(language_of(text) or "") in (0, 5)


def test_roles_without_their_permissions_are_not_believed() -> None:
    with pytest.raises(Unsupported):
        powers_in([{"id": 1, "name": "staff", "is_active": True}])


def test_power_is_named_by_role() -> None:
    roles = [
        {"name": "admin", "is_active": True, "permissions": ["Administer CiviCRM", "x"]},
        {"name": "staff", "is_active": True, "permissions": None},
        {"name": "old", "is_active": False, "permissions": []},
        {"name": "everyone", "is_active": True, "permissions": []},
    ]

    assert powers_in(roles) == {
        "admin": frozenset({"Administer CiviCRM"}),
        "staff": frozenset(),
    }
