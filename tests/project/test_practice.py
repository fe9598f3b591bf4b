"""The practice systems are started where they are needed, and ended."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from latchkey.project.practice import PracticeSystems
from latchkey.remote.doors import Doors
from latchkey.remote.errors import SiteError


@pytest.fixture
def systems(tmp_path: Path) -> Iterator[PracticeSystems]:
    """Practice systems of a new home, not started."""
    practice = PracticeSystems(tmp_path, contacts=1)
    yield practice
    practice.stop()


def test_they_answer_where_they_say(systems: PracticeSystems) -> None:
    door = Doors().http(systems.url())

    answer = door.send("GET", "/mailbox/messages.json")
    door.close()

    assert answer.status == 200


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


def test_failure_to_start_says_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "practice.sqlite3").write_text("this is no database")
    practice = PracticeSystems(tmp_path, contacts=1)

    with pytest.raises(SiteError, match=r"practice\.log"):
        practice.url()

    practice.stop()


def test_ending_what_never_started_is_nothing(tmp_path: Path) -> None:
    PracticeSystems(tmp_path).stop()
