"""Secrets are shown by nothing, and open with any of the keys."""

import logging
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.remote.secrets import Keyring, KeyringError, Secret, new_key

HIDDEN = "s3cr3t-and-long"
KEY = new_key()


@dataclass(frozen=True)
class Holder:
    secret: Secret


def test_secret_is_shown_by_nothing(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(HIDDEN)

    logging.getLogger("test").warning("using %s and %r", secret, Holder(secret))
    shown = [str(secret), repr(secret), f"{secret}", repr([secret]), repr(Holder(secret))]

    assert HIDDEN not in "".join([*shown, caplog.text])
    assert secret.reveal() == HIDDEN


def test_secret_is_true_when_there_is_one() -> None:
    assert Secret("x")
    assert not Secret("")


@given(st.text())
def test_sealed_secret_opens_again(text: str) -> None:
    keyring = Keyring([KEY])

    sealed = keyring.seal(Secret(text))

    assert keyring.open(sealed) == Secret(text)
    assert text not in sealed or len(text) < 4


def test_key_added_in_front_still_opens_what_is_older() -> None:
    sealed = Keyring([KEY]).seal(Secret(HIDDEN))

    renewed = Keyring([new_key(), KEY])

    assert renewed.open(sealed).reveal() == HIDDEN


def test_first_key_is_the_one_that_seals() -> None:
    newer = new_key()

    sealed = Keyring([newer, KEY]).seal(Secret(HIDDEN))

    assert Keyring([newer]).open(sealed).reveal() == HIDDEN


@pytest.mark.parametrize("sealed", ["", "nonsense", "gAAAAABnonsense"])
def test_nothing_but_what_was_sealed_opens(sealed: str) -> None:
    with pytest.raises(KeyringError, match="LATCHKEY_ENCRYPTION_KEYS"):
        Keyring([KEY]).open(sealed)


def test_another_key_opens_nothing() -> None:
    sealed = Keyring([KEY]).seal(Secret(HIDDEN))

    with pytest.raises(KeyringError) as caught:
        Keyring([new_key()]).open(sealed)

    assert sealed not in str(caught.value)


@pytest.mark.parametrize("keys", [["short"], ["é" * 44], [KEY, "short"], []])
def test_malformed_keys_are_refused_without_being_quoted(keys: list[str]) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring(keys)

    assert KEY not in str(caught.value)
