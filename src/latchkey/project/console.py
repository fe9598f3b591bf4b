"""The console entry: `latchkey`."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured

CONFIGURATION = 2
LOOK = "Look at LATCHKEY_HOME and LATCHKEY_DATABASE_URL."


def main() -> None:
    """Set up Django, then do what the command line asks for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    try:
        django.setup()
    except (OSError, ValueError, RuntimeError, ImproperlyConfigured) as error:
        says = str(error).rstrip(".")
        look = "" if says.startswith("LATCHKEY_") else f" {LOOK}"
        sys.stderr.write(f"Latchkey cannot start: {says}.{look}\n")
        sys.exit(CONFIGURATION)
    from latchkey.project.commands import run  # noqa: PLC0415 - models need Django's settings

    run()


if __name__ == "__main__":
    main()
