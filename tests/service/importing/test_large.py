"""Many rows need no more memory than few do; `make bench` shows it of fifty thousand."""

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[2]
PROGRAM = "import django; django.setup(); from service.importing.large import main; main({})"


def imported(number: int, home: Path) -> dict[str, float]:
    """What a process of its own that imports so many people says at its end."""
    environment = {
        **os.environ,
        "LATCHKEY_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "latchkey.project.settings",
        "PYTHONPATH": str(TESTS),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(number)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path: Path):
    few = imported(1_000, tmp_path / "few")
    more = imported(4_000, tmp_path / "more")

    assert (few["created"], more["created"]) == (1_000, 4_000)
    assert more["megabytes"] - few["megabytes"] < 20
