"""Whatever the contacts are, pages by id give each of them once, in order."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from latchkey.crm.civicrm.contacts import keyset, merged
from latchkey.crm.civicrm.fields import Selection
from latchkey.remote.civicrm.answers import Row

ids = st.integers(1, 10_000)
accounts = st.none() | st.integers(1, 99)
SELECTION = Selection({"first_name": "first_name"}, {"domain.name": "Org"})


def row(id_: int, account: int | None = None) -> dict[str, object]:
    return {
        "id": str(id_),
        "contact_type": "Individual",
        "display_name": f"Contact {id_}",
        "email_primary.email": None,
        "email_primary.on_hold": None,
        "is_deceased": False,
        "is_deleted": False,
        "do_not_email": False,
        "preferred_language": None,
        "modified_date": None,
        "uf.uf_id": account,
        "first_name": f"First {id_}",
    }


@given(st.sets(ids), st.integers(1, 7))
def test_every_row_comes_once_and_ascending(present: set[int], size: int) -> None:
    def fetch(last: int) -> Sequence[Row]:
        return [{"id": one} for one in sorted(present) if one > last][:size]

    pages = list(keyset(fetch, size))

    assert [one["id"] for page in pages for one in page] == sorted(present)
    assert all(0 < len(page) <= size for page in pages)


@given(st.sets(ids, min_size=1), st.data(), st.integers(1, 7))
def test_contact_that_appears_meanwhile_hides_no_other(
    present: set[int], data: st.DataObject, size: int
) -> None:
    there = set(present)

    def fetch(last: int) -> Sequence[Row]:
        page = [{"id": one} for one in sorted(there) if one > last][:size]
        there.add(data.draw(ids))
        return page

    found = [one["id"] for page in keyset(fetch, size) for one in page]

    assert present <= set(found)
    assert len(found) == len(set(found))


@given(st.lists(st.tuples(ids, accounts)))
def test_rows_of_a_contact_become_one_with_its_account(rows: list[tuple[int, int | None]]) -> None:
    contacts = merged([row(*one) for one in rows], SELECTION)

    assert [one.id for one in contacts] == list(dict.fromkeys(id_ for id_, _ in rows))
    for contact in contacts:
        linked = [account for id_, account in rows if id_ == contact.id and account is not None]
        assert contact.account_id == (str(linked[0]) if linked else None)
        assert contact.values == {"first_name": f"First {contact.id}", "domain.name": "Org"}


@given(st.lists(ids, unique=True, max_size=20).map(sorted))
def test_contact_keeps_its_place(present: list[int]) -> None:
    assert [one.id for one in merged(map(row, present), SELECTION)] == present
