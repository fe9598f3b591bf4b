"""The main job in a process of its own: `python -m bench.job HOME URL NOTIFY [FILE]`.

Says as JSON how long it took and what it cost of our own; with FILE it writes down every request
that it sent, for `bench.bare`.
"""

import base64
import json
import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any

GROUP = "Active Members"


def main(home: str, url: str, notify: str, file: str = "") -> None:
    """Set up, then measure the run alone."""
    os.environ["LATCHKEY_HOME"] = home
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    import django  # noqa: PLC0415 - the home comes first

    django.setup()
    run = _prepared(url, notify)
    record = Record() if file else None
    before, began = time.process_time(), time.monotonic()
    summary = run()
    seconds, cpu = time.monotonic() - began, time.process_time() - before
    if record is not None:
        Path(file).write_text(json.dumps(record.requests), encoding="ascii")
    served = sum(summary[kind] for kind in ("created", "linked", "updated"))
    outcome = {"seen": summary["seen"], "served": served, "seconds": seconds, "cpu": cpu}
    sys.stdout.write(json.dumps(outcome) + "\n")


def _prepared(url: str, notify: str) -> Callable[[], dict[str, Any]]:
    """An installation like the demo's, and its rule, ready to run."""
    from django.core.management import call_command  # noqa: PLC0415 - models need settings

    from fakes.practice import both_ends  # noqa: PLC0415 - as above
    from latchkey.project import home, logging, practice, wiring  # noqa: PLC0415 - as above
    from latchkey.remote.doors import Doors  # noqa: PLC0415 - as above
    from latchkey.remote.mail import PracticeMailbox  # noqa: PLC0415 - as above
    from latchkey.remote.secrets import Keyring  # noqa: PLC0415 - as above
    from latchkey.service.configuration.credentials import Host  # noqa: PLC0415 - as above
    from latchkey.service.configuration.loading import load  # noqa: PLC0415 - as above
    from latchkey.service.installation import Installation  # noqa: PLC0415 - as above
    from latchkey.service.provisioning.progress import Silent  # noqa: PLC0415 - as above
    from latchkey.service.provisioning.run import run_rule  # noqa: PLC0415 - as above
    from latchkey.store import rules  # noqa: PLC0415 - as above
    from latchkey.store.clock import now  # noqa: PLC0415 - as above

    logging.configure()
    call_command("migrate", verbosity=0)
    keyring = Keyring(home.encryption_keys())
    ours = Installation(
        connect=wiring.Wiring(keyring, practice.PracticeSystems(home.home()), Doors()),
        keyring=keyring,
        mailer=PracticeMailbox(url, Doors()),
        now=now,
        random_bytes=secrets.token_bytes,
        chance=lambda: 0.5,
    )
    text = both_ends(url, url) + _RULE.format(group=GROUP, notify=notify)
    load(ours, text, Host({}, home.home()))
    rule = rules.find("members")
    assert rule is not None  # noqa: S101 - it was just loaded
    return lambda: run_rule(ours, rule, Silent())


_RULE = """
[rule.members]
crm = "main"
site = "www"
groups = ["{group}"]
username = "{{contact.first_name}}.{{contact.last_name}}"
roles = ["subscriber"]
notify = "{notify}"
history_group = "Website users"
brake = 100000
"""


class Record:
    """Every request that leaves the door from now on, with when it began and ended."""

    def __init__(self) -> None:
        from latchkey.remote.http import HttpDoor  # noqa: PLC0415 - as above

        self.requests: list[dict[str, Any]] = []
        lock, send = Lock(), HttpDoor._once  # noqa: SLF001 - the one place where requests leave

        def watched(door: HttpDoor, request: Any, *, was_read: bool) -> Any:
            began = time.monotonic()
            answer = send(door, request, was_read=was_read)
            with lock:
                noted = _noted(request, began, time.monotonic())
                self.requests.append(noted | {"status": answer.status})
            return answer

        HttpDoor._once = watched  # type: ignore[method-assign]  # noqa: SLF001 - as above


def _noted(request: Any, began: float, ended: float) -> dict[str, Any]:
    return {
        "method": request.method,
        "target": request.url.raw_path.decode(),
        "headers": {name: text for name, text in request.headers.items() if name != "host"},
        "body": base64.b64encode(request.read()).decode(),
        "began": began,
        "ended": ended,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
