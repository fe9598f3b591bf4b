"""The console entry: `latchkey`."""

import os
import sys

import django

CONFIGURATION = 2


def main() -> None:
    """Set up Django, then do what the command line asks for."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    try:
        django.setup()
    except (OSError, ValueError) as error:
        sys.stderr.write(
            f"Latchkey cannot start: {error}. Look at LATCHKEY_HOME and LATCHKEY_DATABASE_URL.\n"
        )
        sys.exit(CONFIGURATION)
    from latchkey.project.commands import run  # noqa: PLC0415 - models need Django's settings

    run()


if __name__ == "__main__":
    main()
