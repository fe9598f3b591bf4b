"""The folder where an installation keeps its files, and the keys it makes there."""

import contextlib
import os
import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from latchkey.remote.secrets import new_key

# How the names of our cookies begin; the installation's mark follows.
SESSION_COOKIE = "latchkey_session_"
CSRF_COOKIE = "latchkey_csrf_"


def home() -> Path:
    """LATCHKEY_HOME, made with mode 0700 when it is not there."""
    given = os.environ.get("LATCHKEY_HOME")
    folder = Path(given) if given else Path.home() / ".local" / "share" / "latchkey"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def database_file(name: str) -> Path:
    """A file for SQLite in the home, made with mode 0600: the home may be open to others.

    What SQLite puts beside it takes over its mode.
    """
    path = home() / name
    path.touch(mode=0o600)
    return path


def encryption_keys() -> list[str]:
    """LATCHKEY_ENCRYPTION_KEYS (separated by commas, newest first), else the home's own."""
    if given := os.environ.get("LATCHKEY_ENCRYPTION_KEYS"):
        return [key.strip() for key in given.split(",") if key.strip()]
    return [_kept("encryption.key", new_key)]


def secret_key() -> str:
    """LATCHKEY_SECRET_KEY, else the home's own: signs cookies and one-time links."""
    return os.environ.get("LATCHKEY_SECRET_KEY") or _kept(
        "secret.key", lambda: secrets.token_urlsafe(50)
    )


def mark(key: str) -> str:
    """What tells an installation from others of the same machine, by its secret key."""
    return sha256(f"latchkey cookies {key}".encode()).hexdigest()[:8]


def _kept(name: str, make: Callable[[], str]) -> str:
    """What the file holds; it is made with mode 0600 on first use.

    Two processes that start at once agree on the file that was linked into place first.
    """
    path = home() / name
    if not path.exists():
        draft = path.with_name(f"{name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
