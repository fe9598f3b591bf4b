"""What an installation keeps is its owner's alone."""

from pathlib import Path

import pytest

from latchkey.project.home import database_file, encryption_keys


def test_files_of_a_home_that_is_open_to_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("LATCHKEY_HOME", str(tmp_path))
    monkeypatch.delenv("LATCHKEY_ENCRYPTION_KEYS", raising=False)

    database_file("latchkey.sqlite3")
    encryption_keys()

    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == {"latchkey.sqlite3": 0o600, "encryption.key": 0o600}
