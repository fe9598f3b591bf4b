"""The practice systems are started where they are needed, and ended."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from latchkey.project.practice import PracticeSystems
from latchkey.remote.doors import Doors
from latchkey.remote.errors import SiteError, TransientError
from project.running import processes_of, until


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[PracticeSystems]:
    """Practice systems of a new home, not started."""
    practice = PracticeSystems(tmp_path, contacts=1)
    yield practice
    practice.stop()
    practice.wait()


@pytest.fixture
def beside(systems: PracticeSystems, tmp_path: Path) -> Iterator[PracticeSystems]:
    """What another process of the same home has of them."""
    practice = PracticeSystems(tmp_path, contacts=1)
    yield practice
    systems.stop()
    practice.stop()
    practice.wait()


def answers(url: str) -> bool:
    """Whether they are there."""
    door = Doors().http(url)
    try:
        return door.send("GET", "/mailbox/messages.json").status == 200
    except TransientError:
        return False
    finally:
        door.close()


def test_they_answer_where_they_say(systems: PracticeSystems) -> None:
    assert answers(systems.url())


def test_they_are_started_once(systems: PracticeSystems) -> None:
    assert systems.url() == systems.url()


def test_they_come_back_to_their_port(systems: PracticeSystems, tmp_path: Path) -> None:
    url = systems.url()
    systems.stop()
    again = PracticeSystems(tmp_path, port=urlsplit(url).port or 0)

    came_to = again.url()
    again.stop()

    assert came_to == url


def test_taken_port_is_left_to_whoever_has_it(systems: PracticeSystems, tmp_path: Path) -> None:
    url = systems.url()
    second = PracticeSystems(tmp_path / "second", port=urlsplit(url).port or 0, contacts=1)
    (tmp_path / "second").mkdir()

    came_to = second.url()
    second.stop()

    assert came_to != url


def test_second_process_of_a_home_uses_those_that_run(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    url = systems.url()

    assert beside.url() == url
    assert len(processes_of(tmp_path)) == 1


def test_those_in_use_outlive_the_process_that_began_them(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    url = systems.url()
    beside.url()
    running = processes_of(tmp_path)

    systems.stop()

    assert answers(url)
    assert processes_of(tmp_path) == running


def test_last_one_to_use_them_ends_them(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    systems.url()
    beside.url()
    systems.stop()

    beside.stop()

    assert not processes_of(tmp_path)


def test_whoever_used_those_of_another_does_not_end_them(
    systems: PracticeSystems, beside: PracticeSystems
) -> None:
    url = systems.url()
    beside.url()

    beside.stop()

    assert answers(url)


def test_kill_does_not_hold_up_the_next_start(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    url = systems.url()
    beside.url()
    (running,) = processes_of(tmp_path)
    os.kill(running, signal.SIGKILL)
    systems.wait()

    assert beside.url() == url
    assert answers(url)


def test_processes_that_need_them_at_once_start_them_once(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    with ThreadPoolExecutor() as threads:
        urls = set(threads.map(PracticeSystems.url, (systems, beside)))

    assert len(urls) == len(processes_of(tmp_path)) == 1


def test_whoever_waits_beside_another_takes_over_from_it(
    systems: PracticeSystems, beside: PracticeSystems, tmp_path: Path
) -> None:
    url = systems.url()
    beside.url()
    (running,) = processes_of(tmp_path)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(beside.wait)
        os.kill(running, signal.SIGKILL)
        until(lambda: processes_of(tmp_path) not in ([], [running]) and answers(url))
        was_waiting = waiting.running()
        systems.stop()
        beside.stop()

    assert was_waiting


def test_failure_to_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "practice.sqlite3").write_text("this is no database")
    practice = PracticeSystems(tmp_path, contacts=1)

    with pytest.raises(SiteError, match=r"practice\.log"):
        practice.url()

    practice.stop()


def test_ending_what_never_started_is_nothing(tmp_path: Path) -> None:
    PracticeSystems(tmp_path).stop()
