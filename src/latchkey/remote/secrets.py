"""Secrets in memory and at rest: never shown by accident, never written in the clear."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A credential. Printing, formatting or logging it shows no part of it."""

    _value: str

    def reveal(self) -> str:
        """The credential itself, for the header or argument that needs it."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


class KeyringError(Exception):
    """The encryption keys are malformed, or none of them opens what was stored."""


class Keyring:
    """Encrypts with the first key, decrypts with any: rotation adds a key in front."""

    def __init__(self, keys: Iterable[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise KeyringError(
                "LATCHKEY_ENCRYPTION_KEYS holds something that is not a Fernet key "
                "(32 bytes, URL-safe base64). Put the keys there separated by commas."
            ) from error

    def seal(self, secret: Secret) -> str:
        """The secret as text that may be stored."""
        return self._fernet.encrypt(secret.reveal().encode()).decode()

    def open(self, sealed: str) -> Secret:
        """The secret again. KeyringError when no key fits."""
        try:
            return Secret(self._fernet.decrypt(sealed.encode()).decode())
        except InvalidToken as error:
            raise KeyringError(
                "A stored credential cannot be decrypted with the keys in use. Give the key it was "
                "stored with in LATCHKEY_ENCRYPTION_KEYS, or load the credential again."
            ) from error


def new_key() -> str:
    """A fresh key for a Keyring."""
    return Fernet.generate_key().decode()
