"""Tells which end of the work failed, and keeps a failure of a whole system apart from others."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from latchkey.remote.errors import SiteError, TransientError
from latchkey.store.models import Connection


class UnavailableError(Exception):
    """A CRM or site as a whole cannot be used now: nobody's attempt is spent."""

    def __init__(self, connection: Connection, error: TransientError | SiteError) -> None:
        super().__init__(f"{connection}: {error}")
        self.connection = connection
        self.error = error


@contextmanager
def talking_to(connection: Connection) -> Iterator[None]:
    """Names the connection when it turns out to be unusable."""
    try:
        yield
    except (TransientError, SiteError) as error:
        raise UnavailableError(connection, error) from error


def stop_if_unavailable(outcomes: Iterable[object]) -> None:
    """Raise the first outcome that concerns the connection as a whole."""
    for outcome in outcomes:
        if isinstance(outcome, TransientError | SiteError):
            raise outcome
