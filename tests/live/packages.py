"""Where the real systems come from: npm, once, into a cache that is not part of the repository."""

import fcntl
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

import pytest

from fakes.npm import unpack

PACKAGE = "@wp-playground/wordpress-builds@0.9.19"
PACK_TIMEOUT = 900.0
CHECKOUT = Path(__file__).resolve().parents[2]


class Live(StrEnum):
    """What is to happen where a real system cannot be had (`LATCHKEY_LIVE`)."""

    SKIP = "skip"
    REQUIRE = "require"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip inside the package; a different content than the one we know is not run."""

    member: str
    sha256: str

    @property
    def name(self) -> str:
        return Path(self.member).name


WORDPRESS_6_6 = Archive(
    "package/src/wordpress/wp-beta.zip",
    "a15b7f491acb6f0bb3ed5668ef3bf4ffb54aafa2dac80d94c58a7a902a3ab390",
)
WORDPRESS_6_7 = Archive(
    "package/src/wordpress/wp-nightly.zip",
    "bbe7265363155a5b48d0db614f5cddec3f3721ea85d51ab687ef9ae39a5ef28b",
)
SQLITE_PLUGIN = Archive(
    "package/src/sqlite-database-integration/sqlite-database-integration.zip",
    "fd6f40639954a24161f465620837326a75e0bb43029f9e734e64418d991001b2",
)
ARCHIVES = (WORDPRESS_6_6, WORDPRESS_6_7, SQLITE_PLUGIN)


def wanted() -> Live:
    """`LATCHKEY_LIVE` where it is set; else CI requires the real systems and others skip."""
    chosen = os.environ.get("LATCHKEY_LIVE")
    if chosen:
        return Live(chosen)
    return Live.REQUIRE if os.environ.get("CI") == "true" else Live.SKIP


def do_without(reason: str) -> NoReturn:
    """Skip the test with this reason, or fail it where the real systems are required."""
    if wanted() is Live.REQUIRE:
        pytest.fail(f"a real system is required here: {reason}", pytrace=False)
    pytest.skip(reason)


def need_leave() -> None:
    """Go on only where live tests are not switched off."""
    if wanted() is Live.OFF:
        do_without("LATCHKEY_LIVE is off")


def program(name: str) -> str:
    """Return where the program is; the test goes no further where it is not installed."""
    found = shutil.which(name)
    if found is None:
        do_without(f"{name} is not installed")
    return found


def path(archive: Archive) -> Path:
    """Return the zip, taken from the cache, or from npm where the cache has not got it."""
    cache = Path(os.environ.get("LATCHKEY_LIVE_CACHE") or CHECKOUT / ".cache" / "live")
    cache.mkdir(parents=True, exist_ok=True)
    with _only_one_at_a_time(cache):
        if any(not (cache / one.name).is_file() for one in ARCHIVES):
            refusal = _fill(cache, program("npm"))
            if refusal:
                do_without(refusal)
    found = cache / archive.name
    if hashlib.sha256(found.read_bytes()).hexdigest() != archive.sha256:
        raise ValueError(f"{found} is not the archive that these tests know; delete it")
    return found


@contextmanager
def _only_one_at_a_time(cache: Path) -> Iterator[None]:
    """Let parallel test processes wait for the one that fetches."""
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.cache  # a registry that is out of reach is not asked again for each test
def _fill(cache: Path, npm: str) -> str:
    """Put the archives into the cache; return why that failed, empty when it did not."""
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        members = {one.member: one.name for one in ARCHIVES}
        refusal = unpack(npm, PACKAGE, members, Path(folder), PACK_TIMEOUT)
        if refusal:
            return refusal
        for one in ARCHIVES:  # last, and by renaming, so that no cut-off file is ever found
            (Path(folder) / one.name).rename(cache / one.name)
    return ""


if __name__ == "__main__":
    for one in ARCHIVES:
        path(one)
