"""The cells of a file at rest: encrypted row by row, so that each can be forgotten by itself."""

import json
from collections.abc import Callable, Sequence
from hashlib import blake2b

from latchkey.policy.values import same_address
from latchkey.remote.secrets import Keyring, Secret
from latchkey.store.models import Import, ImportRow

MARK_BYTES = 16
SALT_BYTES = 32


def seal_cells(keyring: Keyring, cells: Sequence[str]) -> str:
    """The cells of a record as text that may be stored."""
    return keyring.seal(Secret(json.dumps(list(cells), ensure_ascii=False)))


def open_cells(keyring: Keyring, row: ImportRow) -> tuple[str, ...]:
    """The cells of a record. LookupError when they were wiped, KeyringError when no key fits."""
    if not row.cells:
        raise LookupError(f"row {row.number} was wiped")
    return tuple(json.loads(keyring.open(row.cells).reveal()))


def new_salt(keyring: Keyring, random_bytes: Callable[[int], bytes]) -> str:
    """The key of an import's marks, sealed."""
    return keyring.seal(Secret(random_bytes(SALT_BYTES).hex()))


class Marking:
    """Marks of addresses: equal for equal ones, and telling nothing without the keyring."""

    def __init__(self, keyring: Keyring, one: Import) -> None:
        self._key = bytes.fromhex(keyring.open(one.salt).reveal())

    def mark(self, address: str) -> str:
        """The mark of an address, empty for none."""
        plain = same_address(address)
        if not plain:
            return ""
        return blake2b(plain.encode(), key=self._key, digest_size=MARK_BYTES).hexdigest()
