"""A lease of the store, kept for as long as work with other systems goes on."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from latchkey.jobs.leases import Lease, kept
from latchkey.store import changes
from latchkey.store.threads import own_connection

# So many renewals may fail by chance before a lease is over.
RENEWALS = 3


def renewed(renew: Callable[[], None]) -> AbstractContextManager[Lease]:
    """Call `renew` some times in a lease, beside the block; see `kept` for what it raises."""
    return kept(renew, changes.lease().total_seconds() / RENEWALS, own_connection)
