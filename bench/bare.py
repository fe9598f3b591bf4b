"""A bare load generator, in a process of its own: `python -m bench.bare FILE URL`.

It sends the requests that `bench.job` wrote down, as many at once as the job did, and none before
those that the job had waited for: what is left is what the systems themselves need.
"""

import base64
import http.client
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Shot:
    """One request, and how it was answered.

    `after` are the numbers of those that have to be answered first.
    """

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    status: int
    after: tuple[int, ...]


def main(file: str, url: str) -> None:
    """Send them all; say as JSON how long it took and what it cost."""
    noted = json.loads(Path(file).read_text(encoding="ascii"))
    noted.sort(key=lambda one: one["began"])
    shots = [
        Shot(
            method=one["method"],
            target=one["target"],
            headers=one["headers"],
            body=base64.b64decode(one["body"]),
            status=one["status"],
            after=tuple(i for i, other in enumerate(noted) if other["ended"] <= one["began"]),
        )
        for one in noted
    ]
    before, began = time.process_time(), time.monotonic()
    unlike = _send_all(shots, urlsplit(url).netloc, _most_at_once(noted))
    seconds, cpu = time.monotonic() - began, time.process_time() - before
    outcome = {"requests": len(shots), "unlike": unlike, "seconds": seconds, "cpu": cpu}
    sys.stdout.write(json.dumps(outcome) + "\n")


def _most_at_once(noted: Sequence[dict[str, float]]) -> int:
    moments = [(one["began"], 1) for one in noted] + [(one["ended"], -1) for one in noted]
    running, most = 0, 1
    for _, step in sorted(moments):
        running += step
        most = max(most, running)
    return most


def _send_all(shots: Sequence[Shot], netloc: str, at_once: int) -> int:
    """How many were answered by another status than the job's."""
    answered, numbers = [Event() for _ in shots], count()

    def send_on() -> int:
        connection, unlike = http.client.HTTPConnection(netloc, timeout=60), 0
        while (number := next(numbers)) < len(shots):
            shot = shots[number]
            for earlier in shot.after:
                answered[earlier].wait()
            connection.request(shot.method, shot.target, shot.body or None, shot.headers)
            answer = connection.getresponse()
            answer.read()
            unlike += answer.status != shot.status
            answered[number].set()
        connection.close()
        return unlike

    with ThreadPoolExecutor(at_once) as pool:
        return sum(one.result() for one in [pool.submit(send_on) for _ in range(at_once)])


if __name__ == "__main__":
    main(*sys.argv[1:])
