"""Hashes of passwords, with few rounds: the stand-in keeps nobody's real password."""

import hashlib
import hmac
import re
import secrets

_ROUNDS = 16
_NOT_KEPT = re.compile(r"[^A-Za-z0-9]")


def hashed(password: str) -> str:
    """A salted scrypt hash with a cost that tests can afford."""
    salt = secrets.token_bytes(8)
    return f"{salt.hex()}${_scrypt(password, salt)}"


def matches(password: str, kept: str) -> bool:
    """Whether `kept` is a hash of this password."""
    salt, _, digest = kept.partition("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt)), digest)


def token_hash(token: str) -> str:
    """A hash for what is random anyway: reset keys and session cookies."""
    return hashlib.sha256(token.encode()).hexdigest()


def application_hash(password: str) -> str:
    """The same for an application password, whose spaces WordPress ignores."""
    return token_hash(_NOT_KEPT.sub("", password))


def _scrypt(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, n=_ROUNDS, r=8, p=1, dklen=32).hex()
