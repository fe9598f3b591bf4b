"""Conditional literals: text that stands only between two things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.tokens import Pattern

NAMES = {
    "first_name": "Ada",
    "middle_name": "King",
    "last_name": "Lovelace",
    "nick_name": "Countess",
}
FULL = "{contact.first_name}{ }{contact.middle_name}{ }{contact.last_name}"
NICKED = "{contact.first_name}{ (}{contact.nick_name}{) }{contact.last_name}"
PLACE = "{contact.city}{, }{contact.state_province_id:label}{ }{contact.postal_code}"


def named(text: str, **changed: str | None) -> str:
    return Pattern.parse(text).render({**NAMES, **changed})


def placed(city: str, state: str, code: str) -> str:
    return Pattern.parse(PLACE).render(
        {
            "address_primary.city": city,
            "address_primary.state_province_id:label": state,
            "address_primary.postal_code": code,
        }
    )


def test_a_literal_stands_between_two_values() -> None:
    assert named(FULL) == "Ada King Lovelace"


@pytest.mark.parametrize("empty", [None, ""])
def test_of_two_literals_around_an_empty_value_one_stays(empty: str | None) -> None:
    assert named(FULL, middle_name=empty) == "Ada Lovelace"


def test_a_literal_goes_at_either_end() -> None:
    assert named(FULL, first_name="") == "King Lovelace"
    assert named(FULL, last_name="") == "Ada King"
    assert named(FULL, first_name="", last_name="") == "King"


def test_nothing_is_left_of_nothing() -> None:
    assert named(FULL, first_name="", middle_name="", last_name="") == ""


def test_of_several_in_a_row_the_last_stays() -> None:
    text = "{contact.first_name}{-}{contact.middle_name}{ ~ }{contact.last_name}"

    assert named(text, middle_name="") == "Ada ~ Lovelace"


def test_brackets_enclose_a_value() -> None:
    assert named(NICKED) == "Ada (Countess) Lovelace"


def test_brackets_around_an_empty_value_go() -> None:
    text = "{contact.first_name}{ }{ (}{contact.nick_name}{) }{contact.last_name}"

    assert named(text, nick_name="") == "Ada Lovelace"


def test_brackets_stay_at_the_ends() -> None:
    text = "{(}{contact.nick_name}{)}"

    assert named(text) == "(Countess)"
    assert named(text, nick_name="") == ""


def test_a_comma_stays_where_only_a_space_would_follow() -> None:
    assert placed("London", "Kent", "W1") == "London, Kent W1"
    assert placed("London", "", "W1") == "London, W1"
    assert placed("", "", "W1") == "W1"
    assert placed("London", "", "") == "London"


def test_plain_text_counts_as_a_neighbour() -> None:
    assert named("member{-}{contact.first_name}") == "member-Ada"
    assert named("member{-}{contact.first_name}", first_name="") == "member"


def test_blank_text_between_literals_does_not_keep_them_apart() -> None:
    assert named("{contact.first_name}{-} {contact.nick_name} {, }!", nick_name="") == "Ada, !"


def test_white_space_beyond_a_vanishing_end_goes_with_it() -> None:
    assert named(" {-}{contact.first_name}{-} ") == "Ada"


def test_empty_braces_are_an_empty_literal() -> None:
    assert named("{contact.first_name}{}{contact.last_name}") == "AdaLovelace"


@pytest.mark.parametrize("literal", [" ", ", ", "-", " - ", "|", "*", "~", "`", "(", ")", " , "])
def test_every_listed_character_can_stand_between(literal: str) -> None:
    text = "{contact.first_name}{" + literal + "}{contact.last_name}"

    assert named(text) == f"Ada{literal}Lovelace"


@pytest.mark.parametrize("literal", [".", "_", "/", "a", ", and "])
def test_other_braces_are_plain_text(literal: str) -> None:
    text = "{contact.first_name}{" + literal + "}{contact.last_name}"

    assert named(text) == f"Ada{{{literal}}}Lovelace"


PARTS = st.sampled_from(["", "Ada", "{ }", "{, }", "{-}", "{(}", "{)}", "{ ~ }", " "])


@given(st.lists(PARTS))
def test_literals_never_show_their_braces_nor_swallow_a_value(parts: list[str]) -> None:
    rendered = Pattern.parse("".join(parts)).render({})

    assert "{" not in rendered
    assert rendered.count("Ada") == parts.count("Ada")


@given(st.lists(st.sampled_from(["{ }", "{, }", "{-}", "{ ~ }", " "])))
def test_loose_literals_beside_nothing_leave_no_mark(parts: list[str]) -> None:
    assert Pattern.parse("".join(parts)).render({}).strip() == ""


@given(st.sampled_from(["", "Ada"]), st.sampled_from(["", "Lovelace"]))
def test_a_space_stands_exactly_where_both_neighbours_do(first: str, last: str) -> None:
    text = named("{contact.first_name}{ }{contact.last_name}", first_name=first, last_name=last)

    assert text == " ".join(part for part in (first, last) if part)
