"""Tasks travel between processes, in a file, in PostgreSQL and in Redis alike."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import pytest

from latchkey.jobs import carrier as carrying
from latchkey.jobs.carrier import WAKE, Carrier, CarrierError, open_carrier
from latchkey.jobs.contract import Task

POLL = Task("poll", "main")
CARRY = Task("carry", "members/1")


def emptied(carrier: Carrier) -> list[Task]:
    """Everything in the queue, taken out."""
    taken = []
    while carrier.waiting():
        task = carrier.take()
        assert task is not None
        taken.append(task)
    return taken


def test_tasks_are_taken_in_the_order_in_which_they_were_put(carrier) -> None:
    carrier.put([POLL, CARRY])

    assert [carrier.take(), carrier.take()] == [POLL, CARRY]


def test_empty_queue_gives_nothing_after_about_a_second(carrier) -> None:
    begun = time.monotonic()

    assert carrier.take() is None

    assert 0.5 < time.monotonic() - begun < 3


def test_what_one_process_puts_another_takes(carrier, queue_url) -> None:
    other = open_carrier(queue_url)
    putting = Thread(target=lambda: (time.sleep(0.2), carrier.put([POLL])))
    putting.start()

    begun = time.monotonic()
    taken = other.take()

    assert taken == POLL
    assert time.monotonic() - begun < 0.9
    putting.join()
    other.close()


def test_every_task_is_taken_once_however_many_take(carrier) -> None:
    tasks = [Task("carry", str(number)) for number in range(60)]
    carrier.put(tasks)

    def take(_: int) -> list[Task]:
        taken = [carrier.take() for _ in range(15)]
        carrier.close()
        return [task for task in taken if task is not None]

    with ThreadPoolExecutor(4) as pool:
        taken = [task for some in pool.map(take, range(4)) for task in some]

    assert Counter(taken) == Counter(tasks)


def test_what_waits_can_be_seen_and_stays(carrier) -> None:
    carrier.put([POLL, CARRY, POLL])

    assert carrier.waiting() == {POLL, CARRY}
    assert sorted(emptied(carrier), key=str) == sorted([POLL, CARRY, POLL], key=str)


def test_wake_waits_in_the_queue_once_however_often_it_is_asked_for(carrier) -> None:
    for _ in range(5):
        carrier.wake()

    assert emptied(carrier) == [WAKE]


def test_message_that_is_not_ours_is_dropped_without_harm(carrier) -> None:
    for message in (b"\x80\x04pickled", b"[]", b'{"a": 1}', b"null"):
        carrier._storage.enqueue(message)
    carrier.put([POLL])

    taken = [carrier.take() for _ in range(5)]

    assert taken == [None, None, None, None, POLL]


def test_full_queue_is_known_to_be_full(carrier, monkeypatch) -> None:
    monkeypatch.setattr(carrying, "FULL", 3)

    carrier.put([POLL, CARRY])
    assert not carrier.is_full()
    carrier.put([POLL])

    assert carrier.is_full()


def test_value_is_remembered_once_by_all_processes(carrier, queue_url) -> None:
    other = open_carrier(queue_url)

    first = carrier.remember("message 1", "at noon", seconds=60)
    again = other.remember("message 1", "later", seconds=60)
    another = other.remember("message 2", "later", seconds=60)

    assert (first, again, another) == (None, "at noon", None)
    other.close()


def test_value_is_forgotten_after_its_time(carrier, monkeypatch) -> None:
    monkeypatch.setattr(carrying, "FORGET_EVERY", 0.0)
    carrier.remember("message 1", "at noon", seconds=0.05)
    carrier.remember("message 2", "at noon", seconds=60)
    time.sleep(0.1)

    assert carrier.remember("message 1", "later", seconds=60) is None
    assert carrier.remember("message 2", "later", seconds=60) == "at noon"


def test_queue_goes_on_after_it_was_let_go_of(carrier) -> None:
    carrier.put([POLL])

    carrier.close()

    assert carrier.take() == POLL


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:hidden@127.0.0.1:1/none", "redis://:hidden@127.0.0.1:1/0"]
)
def test_queue_that_cannot_be_reached_says_so_without_its_credential(url) -> None:
    with pytest.raises(CarrierError, match="cannot be opened") as refused:
        open_carrier(url)

    assert "hidden" not in str(refused.value)


def test_queue_that_goes_away_is_an_error_that_can_be_waited_out(file_carrier) -> None:
    file_carrier._storage.sql("drop table task")

    with pytest.raises(CarrierError):
        file_carrier.put([POLL])
    with pytest.raises(CarrierError):
        file_carrier.take()


@pytest.mark.parametrize("url", ["", "mysql://host/queue", "queue.sqlite3"])
def test_unknown_kind_of_queue_is_refused(url) -> None:
    with pytest.raises(ValueError, match="LATCHKEY_QUEUE_URL"):
        open_carrier(url)
