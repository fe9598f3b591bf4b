"""The browser and axe-core: where they are, or why a test has to do without."""

import fcntl
import functools
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import NoReturn

import pytest

from fakes.npm import unpack

AXE = "axe-core@4.10.3"
AXE_MEMBER = "package/axe.min.js"
AXE_SHA256 = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
PACK_TIMEOUT = 120.0
CHECKOUT = Path(__file__).resolve().parents[2]


def do_without(reason: str) -> NoReturn:
    """Skip the test with this reason; where CI runs, fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"a browser is required here: {reason}", pytrace=False)
    pytest.skip(reason)


def chromium() -> str:
    """Where Debian's package, or another, has put Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        do_without("chromium is not installed")
    return found


@functools.cache  # a registry that is out of reach is not asked again for each test
def axe() -> str:
    """The source of axe-core, from the cache, or from npm where the cache has not got it."""
    cache = CHECKOUT / ".cache" / "browser"
    cache.mkdir(parents=True, exist_ok=True)
    kept = cache / f"{AXE.replace('@', '-')}.min.js"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_file():
            _fetch(kept)
    source = kept.read_bytes()
    if hashlib.sha256(source).hexdigest() != AXE_SHA256:
        raise ValueError(f"{kept} is not the axe-core that these tests know; delete it")
    return source.decode()


def _fetch(kept: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        do_without("npm is not installed")
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        refusal = unpack(npm, AXE, {AXE_MEMBER: kept.name}, Path(folder), PACK_TIMEOUT)
        if refusal:
            do_without(refusal)
        # Last, and by renaming, so that no cut-off file is ever found.
        (Path(folder) / kept.name).rename(kept)


if __name__ == "__main__":
    chromium()
    axe()
