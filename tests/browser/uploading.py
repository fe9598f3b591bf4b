"""A script: a file was uploaded, and nobody has said yet what becomes of it. See giving_up."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
django.setup()

from latchkey.project.opening import open_installation  # noqa: E402 - models need Django to be set up
from latchkey.service.importing.uploading import upload  # noqa: E402 - as above


def leave(path: Path) -> None:
    """Take the file in."""
    with path.open("rb") as file:
        upload(open_installation(), file, path.name, "ada")


if __name__ == "__main__":
    leave(Path(sys.argv[1]))
