"""Two installations of one machine share a browser, and do not log each other out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAY = """
from django.conf import settings
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
"""


def cookies(home: Path, **environment: str) -> set[str]:
    """The names of the cookies by which an installation knows a browser."""
    kept = {name: one for name, one in os.environ.items() if not name.startswith("LATCHKEY_")}
    kept |= {"DJANGO_SETTINGS_MODULE": "latchkey.project.settings", "LATCHKEY_HOME": str(home)}
    asked = [sys.executable, "-c", SAY]
    said = subprocess.run(asked, env=kept | environment, capture_output=True, text=True, check=True)
    return set(said.stdout.split())


def test_installations_with_keys_of_their_own_share_no_cookie(tmp_path: Path) -> None:
    one, two = cookies(tmp_path / "one"), cookies(tmp_path / "two")

    assert len(one | two) == 4


@pytest.mark.parametrize("environment", [{}, {"LATCHKEY_SECRET_KEY": "one key for all machines"}])
def test_processes_of_an_installation_know_each_others_cookies(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    homes = [tmp_path / name for name in (("one", "two") if environment else ("one", "one"))]

    first, second = (cookies(home, **environment) for home in homes)

    assert first == second


def test_names_of_cookies_do_not_give_the_key_away(tmp_path: Path) -> None:
    names = cookies(tmp_path, LATCHKEY_SECRET_KEY="0123456789abcdef")

    assert not any("0123" in name for name in names)
