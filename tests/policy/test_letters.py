"""Latchkey's own mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.letters import letter, letter_fields, site_name
from latchkey.policy.rules import DEFAULT_TELLING, Telling
from latchkey.policy.tokens import PatternError


def test_mail_names_person_site_username_and_link():
    written = letter(
        DEFAULT_TELLING,
        {"display_name": "Anna Berg"},
        site="www",
        username="anna.berg",
        link="https://example.org/set",
    )

    assert written.subject == "Your login for www"
    assert "Anna Berg" in written.text
    assert "anna.berg" in written.text
    assert "https://example.org/set" in written.text


@pytest.mark.parametrize(
    ("url", "known_as"),
    [
        ("https://www.example.org/", "example.org"),
        ("https://example.org/members", "example.org/members"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("", "www"),
    ],
)
def test_site_is_named_as_people_know_it(url: str, known_as: str):
    assert site_name("www", url) == known_as


def test_html_escapes_what_comes_from_the_crm():
    telling = Telling("Hello", "Hello", "<p>{contact.first_name}</p>")

    written = letter(telling, {"first_name": "<b>"}, site="w", username="u", link="l")

    assert written.html == "<p>&lt;b&gt;</p>"


def test_fields_of_the_mail_are_those_it_names():
    telling = Telling("{contact.first_name}", "{account.link}", "{contact.job_title}")

    assert letter_fields(telling) == {"first_name", "job_title"}


def test_unknown_token_in_a_mail_is_an_error():
    with pytest.raises(PatternError):
        letter_fields(Telling("{contact.nonsense}", "", ""))


@given(st.text())
def test_a_value_is_never_read_as_a_token(name):
    telling = Telling("x", "{contact.first_name}{account.username}", "")

    written = letter(telling, {"first_name": name}, site="w", username="U", link="l")

    assert written.text == name + "U"


@given(st.text())
def test_subject_is_one_line(name):
    telling = Telling("Hello {contact.first_name}", "x", "")

    written = letter(telling, {"first_name": name}, site="w", username="U", link="l")

    assert len(written.subject.splitlines()) == 1
