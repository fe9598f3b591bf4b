"""A CRM says that something changed in it: it is polled at once."""

from latchkey.store import connections
from latchkey.store.clock import now
from latchkey.store.models import Connection


def poll_now(crm: Connection) -> None:
    """Let the next look at what is due find the CRM's triggers."""
    connections.poll_at(crm, now())
