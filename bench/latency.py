"""From a contact's entering the trigger to its account, by polling and by webhook."""

import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import quantiles
from threading import Thread
from urllib.request import Request, urlopen

from bench.standing import HOOK_TOKEN, Served, Standing, standing
from bench.table import Row

CONTACTS = 250
ARRIVALS = 60
POLL_SECONDS = 5.0
# Often enough for the time to be told, seldom enough to be no load.
LOOK_SECONDS = 0.02
PATIENCE = 60.0
WITH_ACCOUNT = "SELECT contact_id FROM civicrm_uf_match"


def measured(folder: Path) -> list[Row]:
    """Both ways, on one installation each."""
    by_polling = _measured(folder / "polling", POLL_SECONDS, hooked=False)
    by_webhook = _measured(folder / "webhook", 600.0, hooked=True)
    return [
        *_rows("by polling", by_polling, f"poll every {POLL_SECONDS:.0f} s", POLL_SECONDS + 1),
        *_rows("by webhook", by_webhook, "poll every 600 s", 1.0),
    ]


def _rows(way: str, seconds: Sequence[float], under: str, aim: float) -> list[Row]:
    cuts = quantiles(seconds, n=100, method="inclusive")
    return [
        {
            "what": f"trigger to account {way}, p{part}",
            "measured": f"{cuts[part - 1]:.2f} s",
            "of": f"{len(seconds)} arrivals, {under}",
            "aim": f"under {aim:.0f} s" if part == 95 else "",  # noqa: PLR2004 - p95
        }
        for part in (50, 95)
    ]


def _measured(folder: Path, poll: float, *, hooked: bool) -> list[float]:
    with standing(folder, CONTACTS) as ground, ground.serving(poll) as served:
        people = ground.ordinary()[: ARRIVALS + 1]
        _arrive(ground, served, people[0], hooked=hooked)
        _seen(ground, people[:1])  # the first opens connections
        made: dict[int, float] = {}
        watching = Thread(target=lambda: made.update(_seen(ground, people[1:])))
        watching.start()
        entered = _arrivals(ground, served, people[1:], hooked=hooked)
        watching.join()
        return [made[one] - at for one, at in entered.items()]


def _arrivals(
    ground: Standing, served: Served, people: Sequence[int], *, hooked: bool
) -> Mapping[int, float]:
    """When each came: at moments that no poll knows of."""
    chance, entered = random.Random("arrivals"), {}  # noqa: S311 - the same every time on purpose
    for one in people:
        time.sleep(chance.uniform(0.3, 1.5))
        entered[one] = time.monotonic()
        _arrive(ground, served, one, hooked=hooked)
    return entered


def _arrive(ground: Standing, served: Served, contact_id: int, *, hooked: bool) -> None:
    ground.enter([contact_id])
    if hooked:
        request = Request(  # noqa: S310 - loopback, by http
            f"{served.url}/hooks/main",
            data=b"{}",
            headers={
                "Authorization": f"Bearer {HOOK_TOKEN}",
                "Content-Type": "application/json",
            },
        )
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - as above
            answer.read()


def _seen(ground: Standing, people: Sequence[int]) -> dict[int, float]:
    """When each was first seen to have an account."""
    made: dict[int, float] = {}
    until = time.monotonic() + PATIENCE + 2 * len(people)
    while len(made) < len(people):
        now = time.monotonic()
        if now > until:
            raise TimeoutError(f"{len(people) - len(made)} contacts got no account")
        having = {row[0] for row in ground.world.rows(WITH_ACCOUNT)}
        made |= {one: now for one in people if one in having and one not in made}
        time.sleep(LOOK_SECONDS)
    return made
