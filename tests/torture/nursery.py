"""`python -m torture.nursery`: a process that has loaded Latchkey once and is born again and again.

Each victim is a fork of it that runs the console entry, as `latchkey worker` or `latchkey serve`
would: a start costs some milliseconds instead of seconds, and so a thousand kills some minutes.

One order a line, as JSON: {"argv": [...], "log": path, "trap": [...]} → {"pid": n};
{"look": pid} → {"status": null while it lives, else its exit status, -9 when killed}.
"""

import ctypes
import json
import os
import signal
import sys
from importlib import import_module
from typing import Any

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Obey until standard input ends; then nobody is left behind."""
    _load()
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        order = json.loads(line)
        answer = _look(order["look"]) if "look" in order else {"pid": _bear(order)}
        print(json.dumps(answer), flush=True)  # noqa: T201 - as above


def _load() -> None:
    import django  # noqa: PLC0415 - the environment comes first

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "latchkey.project.settings")
    django.setup()
    for name in ("commands", "wsgi", "urls"):
        import_module(f"latchkey.project.{name}")
    for name in ("huey.storage", "psycopg", "redis", "waitress", "anyascii"):
        import_module(name)
    from torture import hasty  # noqa: PLC0415 - models need Django's settings

    hasty.hurry()


def _bear(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    # Whatever happens here: it never comes back into the loop above.
    try:
        _live(order)
    except SystemExit as end:
        sys.stdout.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    finally:
        sys.stderr.flush()
        os._exit(70)


def _live(order: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(ours, theirs)
    if order.get("trap"):
        from torture.traps import Trap, Trapper, lay  # noqa: PLC0415 - as above

        lay(Trapper(Trap(*order["trap"])))
    from latchkey.project.console import main as latchkey  # noqa: PLC0415 - as above

    sys.argv = ["latchkey", *order["argv"]]
    try:
        latchkey()
    except BaseException as error:
        if not isinstance(error, SystemExit):
            import traceback  # noqa: PLC0415 - for a defect only

            traceback.print_exc()
        raise
    raise SystemExit(0)


def _look(pid: int) -> dict[str, Any]:
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return {"status": None}
    return {"status": os.waitstatus_to_exitcode(status)}


if __name__ == "__main__":
    main()
