"""A lease is renewed while work goes on, and its loss is known."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread

import pytest

from latchkey.jobs.leases import kept

EVERY = 0.01
SOON = 5.0


def test_lease_is_renewed_again_and_again_while_work_goes_on() -> None:
    renewed: list[float] = []

    with kept(lambda: renewed.append(time.monotonic()), EVERY) as lease:
        wait_until(lambda: len(renewed) >= 3)

    assert not lease.lost
    ended_with = len(renewed)
    time.sleep(5 * EVERY)
    assert len(renewed) == ended_with


def test_work_shorter_than_the_interval_needs_no_renewal() -> None:
    renewed: list[None] = []

    with kept(lambda: renewed.append(None), SOON) as lease:
        pass

    assert renewed == []
    assert not lease.lost


def test_lease_that_cannot_be_renewed_is_lost_and_not_tried_again() -> None:
    tries: list[None] = []

    def renew() -> None:
        tries.append(None)
        raise LookupError("somebody else has it")

    with kept(renew, EVERY) as lease:
        wait_until(lambda: lease.lost)
        time.sleep(5 * EVERY)

    assert len(tries) == 1
    assert isinstance(lease.failure, LookupError)


def test_error_of_the_work_passes_and_ends_the_renewing() -> None:
    renewed: list[None] = []

    with pytest.raises(ZeroDivisionError), kept(lambda: renewed.append(None), EVERY):
        raise ZeroDivisionError

    ended_with = len(renewed)
    time.sleep(5 * EVERY)
    assert len(renewed) == ended_with


def test_renewing_thread_is_enclosed_by_what_it_needs() -> None:
    opened, closed = Event(), Event()

    @contextmanager
    def own_connection() -> Iterator[None]:
        assert current_thread() is not main_thread()
        opened.set()
        yield
        closed.set()

    with kept(lambda: None, EVERY, around=own_connection):
        assert opened.wait(SOON)

    assert closed.is_set()


def wait_until(happened) -> None:
    until = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < until
        time.sleep(EVERY)
