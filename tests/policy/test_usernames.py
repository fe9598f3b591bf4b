"""Usernames: made from a pattern, cleaned for a site, made free where they are taken."""

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.tokens import Pattern
from latchkey.policy.usernames import (
    UsernameLimits,
    candidates,
    cleaned,
    username_from,
)

WORDPRESS = UsernameLimits(60, r"A-Za-z0-9 _.\-@")
MOODLE = UsernameLimits(100, r"a-z0-9_.\-@", lowercase=True)
BARE = UsernameLimits(12, "a-z0-9", lowercase=True, min_length=3)
DASHED = UsernameLimits(10, r"A-Za-z0-9\-", min_length=6)

LIMITS = st.sampled_from([WORDPRESS, MOODLE, BARE, DASHED])
# Names as people have them, and text that fights back.
NAMES = st.text() | st.text(alphabet="aB9 ._-@'Ż李", max_size=80)
FIRST_LAST = Pattern.parse("{contact.first_name}.{contact.last_name}")


def fits(username: str, limits: UsernameLimits) -> bool:
    right_length = limits.min_length <= len(username) <= limits.max_length
    return right_length and re.fullmatch(f"[{limits.allowed}]+", username) is not None


def named(first: str, last: str, limits: UsernameLimits = WORDPRESS, email: str = "x@y.org") -> str:
    return username_from(FIRST_LAST, {"first_name": first, "last_name": last}, limits, email)


@given(NAMES, NAMES, st.text(), LIMITS)
def test_usernames_always_fit_the_site(
    first: str, last: str, email: str, limits: UsernameLimits
) -> None:
    assert fits(named(first, last, limits, email), limits)


@given(NAMES, LIMITS)
def test_cleaning_twice_changes_nothing(text: str, limits: UsernameLimits) -> None:
    once = cleaned(text, limits)

    assert cleaned(once, limits) == once


@pytest.mark.parametrize(
    ("first", "last", "username"),
    [
        ("Zażółć", "Gęślą", "Zazolc.Gesla"),
        ("小龙", "李", "XiaoLong.Li"),
        ("Иван", "Петров", "Ivan.Petrov"),
        ("José", "Ñandú", "Jose.Nandu"),
        ("Groß", "Æbel", "Gross.AEbel"),
    ],
)
def test_letters_are_transliterated(first: str, last: str, username: str) -> None:
    assert named(first, last).casefold() == username.casefold()


def test_spaces_become_one_underscore() -> None:
    assert named("Jan", "van  der\tBerg") == "Jan.van_der_Berg"


def test_characters_that_the_site_does_not_take_are_left_out() -> None:
    assert named("Sinéad", "O'Brien, PhD") == "Sinead.OBrien_PhD"


def test_hyphens_in_a_name_stay() -> None:
    assert named("Anne-Marie", "Smith-Jones") == "Anne-Marie.Smith-Jones"


@pytest.mark.parametrize(
    ("first", "last", "username"),
    [("", "Lovelace", "Lovelace"), ("Ada", "", "Ada"), ("Ada", " ", "Ada"), ("", "'", "x")],
)
def test_separators_with_nothing_beside_them_go(first: str, last: str, username: str) -> None:
    assert named(first, last) == username


def test_of_repeated_separators_the_first_stays() -> None:
    pattern = Pattern.parse("{contact.first_name}.{contact.middle_name}_{contact.contact_id}")
    values = {"first_name": "Ada", "middle_name": None, "id": 7}

    assert username_from(pattern, values, WORDPRESS, "x@y.org") == "Ada.7"


def test_case_stays_where_the_site_keeps_it() -> None:
    assert named("Ada", "Lovelace") == "Ada.Lovelace"
    assert named("Ada", "Lovelace", MOODLE) == "ada.lovelace"


def test_a_separator_that_the_site_does_not_take_becomes_one_that_it_takes() -> None:
    assert named("Adam", "Ltd", DASHED) == "Adam-Ltd"
    assert named("Ada", "Lovelace", BARE) == "adalovelace"


def test_a_long_name_is_cut_without_leaving_a_separator() -> None:
    assert named("A" * 59, "Lovelace") == "A" * 59
    assert named("A" * 58, "Lovelace") == "A" * 58 + ".L"


def test_an_email_address_can_be_the_username() -> None:
    pattern = Pattern.parse("{contact.email}")
    values = {"email_primary.email": "ada@example.org"}

    assert username_from(pattern, values, WORDPRESS, "ada@example.org") == "ada@example.org"


@pytest.mark.parametrize("last", ["", "''", "...", "-_-", "@"])
def test_an_empty_result_gives_way_to_the_email_before_the_at(last: str) -> None:
    assert named("", last, email="żaneta.k@example.org") == "zaneta.k"


def test_a_result_shorter_than_the_site_takes_counts_as_empty() -> None:
    assert named("A", "", BARE, "lovelace@example.org") == "lovelace"


@pytest.mark.parametrize("email", ["", "@example.org", "'@example.org"])
def test_without_anything_usable_it_is_user(email: str) -> None:
    assert named("", "", WORDPRESS, email) == "user"
    assert named("", "", DASHED, email) == "user00"


def test_candidates_count_from_2() -> None:
    assert list(islice(candidates("ada", WORDPRESS), 3)) == ["ada", "ada-2", "ada-3"]


def test_a_long_stem_gives_way_to_the_number() -> None:
    long = "a" * 60

    assert list(islice(candidates(long, WORDPRESS), 2)) == [long, "a" * 58 + "-2"]


def test_a_shortened_stem_ends_in_no_separator() -> None:
    assert list(islice(candidates("adam-1-lov", DASHED), 2)) == ["adam-1-lov", "adam-1-l-2"]
    assert list(islice(candidates("abcdefg-hi", DASHED), 2)) == ["abcdefg-hi", "abcdefg-2"]


def test_a_stem_that_ends_in_a_number_is_not_given_twice() -> None:
    assert list(islice(candidates("abcdefgh-2", DASHED), 2)) == ["abcdefgh-2", "abcdefgh-3"]


def test_numbers_follow_directly_where_the_site_takes_no_separator() -> None:
    assert list(islice(candidates("ada", BARE), 2)) == ["ada", "ada2"]


@given(NAMES, LIMITS)
def test_candidates_are_distinct_and_fit_the_site(stem: str, limits: UsernameLimits) -> None:
    offered = list(islice(candidates(stem, limits), 130))

    assert len({candidate.casefold() for candidate in offered}) == len(offered) == 130
    assert all(fits(candidate, limits) for candidate in offered)


@pytest.mark.parametrize(
    ("max_length", "allowed", "min_length"),
    [(9, "a-z0-9", 1), (20, "a-z0-9", 0), (20, "a-z0-9", 21), (20, "a-z", 1), (20, "A-Z0-9", 1)],
)
def test_limits_that_no_username_could_keep_are_refused(
    max_length: int, allowed: str, min_length: int
) -> None:
    with pytest.raises(ValueError, match=r"length|does not take"):
        UsernameLimits(max_length, allowed, min_length=min_length)
