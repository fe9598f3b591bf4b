"""What WordPress accepts as a name."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.practice.wordpress import names

ALLOWED = string.ascii_letters + string.digits + "_.@-"


@given(st.lists(st.text(ALLOWED, min_size=1), min_size=1).map(" ".join))
def test_username_of_allowed_letters_and_single_spaces_is_accepted(text: str) -> None:
    assert names.is_username(text)


@given(st.text(), st.characters(exclude_characters=f"{ALLOWED} "), st.text())
def test_username_with_any_other_letter_is_refused(before: str, other: str, after: str) -> None:
    assert not names.is_username(before + other + after)


@pytest.mark.parametrize("text", ["", " ", " a", "a ", "a  b", "José", "a\n", "a'b", "O\u2019Neil"])
def test_username_that_wordpress_would_change_is_refused(text: str) -> None:
    assert not names.is_username(text)


@given(st.text())
def test_slug_is_short_and_safe_in_an_address(text: str) -> None:
    slug = names.slug_of(text)

    assert len(slug) <= names.MAX_SLUG
    assert set(slug) <= set(string.ascii_lowercase + string.digits + "-_")


@given(st.text(), st.integers(2, 9999))
def test_numbered_slug_ends_with_its_number_and_stays_short(text: str, number: int) -> None:
    slug = names.numbered_slug(names.slug_of(text), number)

    assert slug.endswith(f"-{number}")
    assert len(slug) <= names.MAX_SLUG


@pytest.mark.parametrize(
    ("username", "slug"),
    [
        ("lab.user1", "lab-user1"),
        ("admin@example.com", "adminexample-com"),
        ("Mixed Case", "mixed-case"),
        ("a_b", "a_b"),
        ("-a.-b-", "a-b"),
    ],
)
def test_slug_is_made_as_wordpress_makes_it(username: str, slug: str) -> None:
    assert names.slug_of(username) == slug


@given(st.emails(domains=st.just("example.org")))
def test_ordinary_address_is_accepted(address: str) -> None:
    assert names.is_email(address)


@pytest.mark.parametrize(
    "text",
    ["", "a@b.c"[:5], "not-an-email", "a@b", "@b.org", "a@.org", "a@b..org", "a@-b.org", "é@b.org"],
)
def test_address_that_wordpress_refuses_is_refused(text: str) -> None:
    assert not names.is_email(text)


@given(st.text())
def test_one_line_is_one_line_and_stays_as_it_is_when_made_again(text: str) -> None:
    line = names.one_line(text)

    assert line == line.strip()
    assert "\n" not in line
    assert "  " not in line


def test_tags_and_octets_are_left_out_of_a_name() -> None:
    assert names.one_line("<b>Ann</b>%20 Lee \n") == "Ann Lee"
    assert names.without_tags("<script>x</script>l") == "xl"


@pytest.mark.parametrize(
    ("text", "address"),
    [("", ""), ("nonsense", "http://nonsense"), ("https://a.org", "https://a.org")],
)
def test_web_address_gets_a_scheme(text: str, address: str) -> None:
    assert names.web_address(text) == address
