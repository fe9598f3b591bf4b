"""How long the lists take with 100,000 accounts, in a process of its own: `-m bench.lists HOME`.

The accounts and the lists are those of tests/web/many.py. Says as JSON the milliseconds of
each, the second time it is asked for.
"""

import json
import os
import sys
import time


def main(home: str) -> None:
    """Fill a home, and open every list."""
    os.environ["LATCHKEY_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    import django  # noqa: PLC0415 - the home comes first

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - as above

    from latchkey.web import installation  # noqa: PLC0415 - as above
    from service.configuration.stand_ins import stand_in_installation  # noqa: PLC0415 - as above
    from web.many import fill, lists, ruled  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0)
    fill(ruled())
    ours = stand_in_installation()
    installation.use(lambda: ours)
    took = {path: _milliseconds(path) for path in lists()}
    sys.stdout.write(json.dumps(took) + "\n")


def _milliseconds(path: str) -> float:
    from django.test import Client  # noqa: PLC0415 - as above

    from latchkey.store.models import User  # noqa: PLC0415 - as above

    client = Client(headers={"host": "127.0.0.1"})
    person, _ = User.objects.get_or_create(username="approver", role=User.Role.APPROVER)
    client.force_login(person)
    for _ in range(2):
        began = time.monotonic()
        answer = client.get(path)
        took = time.monotonic() - began
        if answer.status_code != 200:  # noqa: PLR2004 - HTTP's own number
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return took * 1000


if __name__ == "__main__":
    main(*sys.argv[1:])
