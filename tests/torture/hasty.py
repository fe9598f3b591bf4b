"""The product's own waits, made short: what takes minutes in a real installation takes a second.

Nothing else is changed. Imported in the nursery, before any victim is born.
"""

from datetime import timedelta
from functools import partial
from os import environ

from latchkey.jobs import docket, worker
from latchkey.policy import retries
from latchkey.project import wiring, working
from latchkey.remote.call import Limits
from latchkey.remote.doors import Doors
from latchkey.remote.mail import PracticeMailbox
from latchkey.service.provisioning import settling

TASK_LEASE_SECONDS = 1.0
LIMITS = Limits(connect=2.0, answer=1.5, total=4.0, tries=2)


def hurry() -> None:
    """Make the waits short, and send mail through the wire of the practice systems."""
    retries.FIRST_PROBE, retries.LONGEST_PROBE = timedelta(seconds=0.3), timedelta(seconds=1)
    retries.SPACING = tuple(timedelta(seconds=wait) for wait in (0.3, 0.5, 0.8))
    settling.SOON = timedelta(seconds=0.3)
    docket.FIRST_REST = 0.5
    soon = partial(worker.Worker, tick_seconds=0.1, lease_seconds=TASK_LEASE_SECONDS)
    working.Worker = soon  # type: ignore[misc, assignment] - the same class, with shorter waits
    working.Polling.every = lambda *_: timedelta(seconds=0.2)  # type: ignore[method-assign] - as said
    wiring.Doors = partial(Doors, limits=LIMITS)  # type: ignore[misc, assignment] - as said
    wiring.smtp = lambda _environment: PracticeMailbox(environ["TORTURE_MAIL_URL"], wiring.Doors())
