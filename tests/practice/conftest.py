"""A practice world for each test that asks for one, or one for all that only look."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.practice import RunningPractice, start_practice
from practice.browsing import Browser, Program, administrator_of


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a world in which nothing has happened yet."""
    home = tmp_path_factory.mktemp("seeded")
    start_practice(home).stop()
    return home


@pytest.fixture
def practice(tmp_path: Path, seeded_home: Path) -> Iterator[RunningPractice]:
    """A fresh world of this test's own."""
    running = start_practice(shutil.copytree(seeded_home, tmp_path / "practice"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def lasting_practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPractice]:
    """One world for the whole run, for tests that clean up or mind nobody else's accounts."""
    running = start_practice(tmp_path_factory.mktemp("lasting-practice"))
    yield running
    running.stop()


@pytest.fixture
def standing(lasting_practice: RunningPractice) -> Program:
    """The service user's program, at the world of all tests: for what leaves no trace."""
    return Program(lasting_practice.url, "latchkey")


@pytest.fixture
def visitor(lasting_practice: RunningPractice) -> Browser:
    """A browser without cookies, at the world of all tests: for what leaves no trace."""
    return Browser(lasting_practice.url)


@pytest.fixture
def service(practice: RunningPractice) -> Program:
    """The service user's program, at a world of its own."""
    return Program(practice.url, "latchkey")


@pytest.fixture
def administrator(practice: RunningPractice) -> Program:
    """The administrator's program, at the same world."""
    return administrator_of(practice)


@pytest.fixture
def browser(practice: RunningPractice) -> Browser:
    """A person's browser, at the same world."""
    return Browser(practice.url)
