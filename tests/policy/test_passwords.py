"""Passwords: long, of every class, and decided by the random bytes alone."""

from collections import Counter
from hashlib import shake_256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.passwords import ALPHABET, BYTES_NEEDED, CLASSES, LENGTH, password_from

RANDOM_BYTES = st.binary(min_size=BYTES_NEEDED, max_size=BYTES_NEEDED)


@given(RANDOM_BYTES)
def test_a_password_has_characters_of_every_class(random_bytes: bytes) -> None:
    password = password_from(random_bytes)

    assert all(set(password) & set(characters) for characters in CLASSES)


@given(RANDOM_BYTES)
def test_a_password_is_long_and_of_harmless_characters(random_bytes: bytes) -> None:
    password = password_from(random_bytes)

    assert len(password) == LENGTH >= 24
    assert password.isascii()
    assert password.isprintable()
    assert set(password).isdisjoint("\\'\"` <>&")


@given(RANDOM_BYTES)
def test_the_same_bytes_give_the_same_password(random_bytes: bytes) -> None:
    assert password_from(random_bytes) == password_from(bytes(random_bytes))


def test_too_few_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match=f"{BYTES_NEEDED} are needed"):
        password_from(bytes(BYTES_NEEDED - 1))


def many_passwords() -> list[str]:
    stream = shake_256(b"bytes that are the same in every run").digest(4_000 * BYTES_NEEDED)
    starts = range(0, len(stream), BYTES_NEEDED)
    return [password_from(stream[start : start + BYTES_NEEDED]) for start in starts]


def test_different_bytes_give_different_passwords() -> None:
    passwords = many_passwords()

    assert len(set(passwords)) == len(passwords)


def test_every_character_comes_up_at_every_place() -> None:
    at_each_place = [Counter(characters) for characters in zip(*many_passwords(), strict=True)]

    for place in at_each_place:
        assert set(place) == set(ALPHABET)
        assert max(place.values()) < 4 * min(place.values())
