"""How much memory a large import takes, in a process of its own: `-m bench.importing HOME ROWS`.

The file and the site that forgets are those of tests/service/importing/large.py. Says as JSON the
megabytes at most and what became of the rows.
"""

import os
import sys


def main(home: str, rows: str) -> None:
    """Import so many rows."""
    os.environ["LATCHKEY_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    import django  # noqa: PLC0415 - the home comes first

    django.setup()
    from service.importing import large  # noqa: PLC0415 - as above

    large.main(int(rows))


if __name__ == "__main__":
    main(*sys.argv[1:])
