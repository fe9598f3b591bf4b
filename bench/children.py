"""Measurements in processes of their own: what is measured is theirs alone."""

import json
import subprocess
import sys
from typing import Any


def say(module: str, *arguments: str) -> dict[str, Any]:
    """What a module of the bench says at its end. RuntimeError with its complaint."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", f"bench.{module}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"bench.{module} failed: {done.stderr[-2000:]}")
    outcome: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return outcome
