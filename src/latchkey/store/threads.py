"""Database connections of threads: each thread has its own, and lets go of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def own_connection() -> Iterator[None]:
    """For the body of a thread: its connection is closed when the thread is done."""
    try:
        yield
    finally:
        connections.close_all()
