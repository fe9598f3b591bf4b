"""A worker performs what is due, once at a time, and outlives what goes wrong."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.contextvars import get_contextvars
from structlog.testing import capture_logs

from jobs.rows import SOON, Rows
from latchkey.jobs.carrier import Carrier, open_carrier
from latchkey.jobs.contract import Task
from latchkey.jobs.worker import Worker

NEVER_BY_ITSELF = 60.0
POLL, CARRY = Task("poll", "main"), Task("carry", "members")


@pytest.fixture
def rows() -> Rows:
    return Rows()


StartWorker = Callable[..., Worker]


@pytest.fixture
def start(rows: Rows) -> Iterator[StartWorker]:
    """Starts workers of one workload; they are stopped after the test."""
    with ExitStack() as started:

        def start_one(carrier: Carrier, **options: Any) -> Worker:
            worker = Worker(carrier, rows, **{"tick_seconds": 0.05, **options})
            started.callback(worker.stop)
            started.callback(rows.gate.set)
            worker.start()
            return worker

        yield start_one


def wait_until(happened: Callable[[], object]) -> None:
    until = time.monotonic() + SOON
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)


def test_what_is_due_is_done_until_nothing_is_left(carrier, rows, start) -> None:
    rows.left.update({POLL: 1, CARRY: 3})

    start(carrier)

    wait_until(lambda: len(rows.done) == 4)
    assert Counter(rows.done) == {POLL: 1, CARRY: 3}


def test_what_follows_from_a_task_is_done_without_waiting_for_a_tick(
    file_carrier, rows, start
) -> None:
    rows.left.update({POLL: 1})
    rows.following[POLL] = [CARRY]
    start(file_carrier, tick_seconds=NEVER_BY_ITSELF)
    wait_until(lambda: rows.done == [POLL])

    with rows.lock:
        rows.left.update({POLL: 1, CARRY: 1})
    file_carrier.wake()

    wait_until(lambda: len(rows.done) == 3)


def test_worker_goes_on_with_what_follows_but_lets_others_in(file_carrier, rows, start) -> None:
    others = [Task("carry", f"other {number}") for number in range(3)]
    rows.left.update({CARRY: 50, **dict.fromkeys(others, 1)})
    rows.following[CARRY] = [CARRY]
    rows.gate.clear()
    start(file_carrier, threads=1, tick_seconds=NEVER_BY_ITSELF)
    wait_until(rows.begun.is_set)

    rows.gate.set()

    wait_until(lambda: len(rows.done) == 53)
    assert set(others) <= set(rows.done[:10])


def test_worker_is_woken_before_its_next_tick(file_carrier, rows, start) -> None:
    worker = start(file_carrier, tick_seconds=NEVER_BY_ITSELF)
    wait_until(lambda: rows.looks == 1)
    rows.left.update({POLL: 1})

    begun = time.monotonic()
    worker.wake()

    wait_until(lambda: rows.done == [POLL])
    assert time.monotonic() - begun < 1


def test_worker_is_woken_from_another_process(carrier, queue_url, rows, start) -> None:
    start(carrier, tick_seconds=NEVER_BY_ITSELF)
    wait_until(lambda: rows.looks == 1)
    rows.left.update({POLL: 1})
    elsewhere = open_carrier(queue_url)

    begun = time.monotonic()
    elsewhere.wake()

    wait_until(lambda: rows.done == [POLL])
    assert time.monotonic() - begun < 1
    elsewhere.close()


def test_worker_looks_again_when_something_becomes_due(file_carrier, rows, start) -> None:
    rows.next_at = datetime.now(UTC) + timedelta(seconds=0.3)

    start(file_carrier, tick_seconds=NEVER_BY_ITSELF)
    wait_until(lambda: rows.looks == 1)
    rows.left.update({POLL: 1})

    wait_until(lambda: rows.done == [POLL])


def test_queue_does_not_grow_while_nobody_takes_anything_out(file_carrier, rows, start) -> None:
    rows.left.update({POLL: 100, CARRY: 100})

    for _ in range(3):
        start(file_carrier, threads=0, tick_seconds=0.01, lease_seconds=0.02)
    wait_until(lambda: rows.looks > 60)

    # Three that look at the same moment may each put one.
    assert file_carrier._storage.queue_size() <= 2 * 3


def test_task_is_not_performed_twice_at_once_by_one_worker(file_carrier, rows, start) -> None:
    rows.left.update({POLL: 1})
    rows.gate.clear()
    worker = start(file_carrier)
    wait_until(rows.begun.is_set)

    for _ in range(5):
        worker.wake()
        time.sleep(0.03)

    assert file_carrier.waiting() == frozenset()
    rows.gate.set()
    wait_until(lambda: rows.done == [POLL])


def test_what_became_due_while_it_was_done_is_done_again(file_carrier, rows, start) -> None:
    rows.left.update({POLL: 1})
    rows.gate.clear()
    worker = start(file_carrier, tick_seconds=NEVER_BY_ITSELF)
    wait_until(rows.begun.is_set)

    with rows.lock:
        rows.left.update({POLL: 1})
    worker.wake()
    wait_until(lambda: rows.looks >= 2)
    rows.gate.set()

    wait_until(lambda: rows.done == [POLL, POLL])


def test_task_with_a_defect_is_logged_and_holds_up_no_other(file_carrier, rows, start) -> None:
    rows.defects[POLL] = 1000
    rows.left.update({POLL: 1, CARRY: 20})

    with capture_logs() as logged:
        worker = start(file_carrier, threads=1)
        wait_until(lambda: rows.done.count(CARRY) == 20)

    defects = [one for one in logged if one["event"] == "a task hit a defect"]
    assert len(defects) == 1
    assert defects[0]["log_level"] == "error"
    assert defects[0]["rests_seconds"] == 5
    assert worker.is_ticking


def test_logs_of_a_task_carry_its_name_and_key(file_carrier, rows, start) -> None:
    seen: list[dict[str, Any]] = []
    perform = rows.perform

    def noting(task: Task) -> Sequence[Task]:
        seen.append(dict(get_contextvars()))
        return perform(task)

    rows.perform = noting
    rows.left.update({POLL: 1})
    start(file_carrier)

    wait_until(lambda: rows.done)
    assert seen[0] == {"task": "poll", "key": "main"}


def test_worker_outlives_an_error_of_looking_for_what_is_due(file_carrier, rows, start) -> None:
    due, failures = rows.due, iter([ZeroDivisionError(), ZeroDivisionError()])

    def failing_at_first() -> Sequence[Task]:
        for failure in failures:
            raise failure
        return due()

    rows.due = failing_at_first
    rows.left.update({POLL: 1})
    start(file_carrier)

    wait_until(lambda: rows.done == [POLL])


def test_worker_outlives_a_queue_that_is_away_for_a_while(file_carrier, rows, start) -> None:
    start(file_carrier)
    wait_until(lambda: rows.looks)
    storage = file_carrier._storage

    storage.sql("alter table task rename to away")
    rows.left.update({POLL: 1})
    time.sleep(0.3)
    assert rows.done == []
    storage.sql("alter table away rename to task")

    wait_until(lambda: rows.done == [POLL])


def test_two_workers_share_the_work(carrier, queue_url, rows, start) -> None:
    rows.left.update({Task("carry", str(number)): 3 for number in range(10)})
    other = open_carrier(queue_url)

    start(carrier, threads=2)
    start(other, threads=2)

    wait_until(lambda: len(rows.done) == 30)
    assert set(Counter(rows.done).values()) == {3}


def test_stopping_lets_the_running_task_finish(file_carrier, rows, start) -> None:
    rows.left.update({POLL: 1})
    rows.gate.clear()
    worker = start(file_carrier)
    wait_until(rows.begun.is_set)

    rows.gate.set()

    assert worker.stop()
    assert rows.done == [POLL]


def test_stopping_leaves_a_task_that_hangs_to_its_lease(file_carrier, rows, start) -> None:
    rows.left.update({POLL: 1})
    rows.gate.clear()
    worker = start(file_carrier)
    wait_until(rows.begun.is_set)

    begun = time.monotonic()

    assert not worker.stop(patience=0.3)
    assert time.monotonic() - begun < 1


def test_worker_whose_looks_fail_for_long_is_known_not_to_tick(
    file_carrier, rows, monkeypatch
) -> None:
    monkeypatch.setattr("latchkey.jobs.worker.LATE_SECONDS", 0.0)
    worker = Worker(file_carrier, rows, tick_seconds=0.01)

    assert worker.is_ticking
    time.sleep(0.1)

    assert not worker.is_ticking
