"""Forms and addresses are read as PHP reads them."""

from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from latchkey.practice.wordpress.fields import selected
from latchkey.practice.wordpress.forms import gathered, parsed

NAMES = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1)
VALUES = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(NAMES, VALUES))
def test_plain_names_come_back_as_they_were_sent(sent: dict[str, str]) -> None:
    assert parsed(urlencode(sent)) == sent


@given(NAMES, st.lists(VALUES, min_size=1))
def test_name_with_brackets_is_a_list(name: str, values: list[str]) -> None:
    assert gathered([(f"{name}[]", value) for value in values]) == {name: values}


def test_name_with_a_key_in_brackets_is_an_object() -> None:
    assert parsed("meta[a]=1&meta[b]=2") == {"meta": {"a": "1", "b": "2"}}


def test_of_a_name_sent_twice_the_last_counts() -> None:
    assert parsed("a=1&a=2") == {"a": "2"}


@given(st.lists(st.tuples(st.text(), VALUES)))
def test_no_form_is_too_odd_to_read(pairs: list[tuple[str, str]]) -> None:
    assert isinstance(gathered(pairs), dict)


def test_fields_are_picked_from_each_item_and_into_objects() -> None:
    users = [{"id": 1, "caps": {"read": True, "edit": True}, "name": "a"}]

    assert selected(users, "id,caps.read") == [{"id": 1, "caps": {"read": True}}]
    assert selected(users, ["caps", "caps.read"]) == [{"caps": {"read": True, "edit": True}}]
