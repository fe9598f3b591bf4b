"""The file of the practice world: transactions, threads and switches."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from latchkey.practice import database


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    database.open_home(tmp_path, "CREATE TABLE IF NOT EXISTS thing (name TEXT);")
    yield tmp_path
    database.close_thread()


def add(name: str) -> None:
    with database.transaction() as db:
        db.execute("INSERT INTO thing VALUES (?)", (name,))


def things() -> list[str]:
    return [row[0] for row in database.connection().execute("SELECT name FROM thing")]


@pytest.mark.usefixtures("home")
def test_error_undoes_the_whole_transaction() -> None:
    def fail() -> None:
        with database.transaction():
            add("inner")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert things() == []


@pytest.mark.usefixtures("home")
def test_every_thread_has_a_connection_and_sees_what_others_committed() -> None:
    add("first")
    seen: list[object] = []

    def look() -> None:
        seen.extend([database.connection(), things()])
        database.close_thread()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen[0] is not database.connection()
    assert seen[1] == ["first"]


def test_state_is_there_again_after_opening_anew(home: Path) -> None:
    add("kept")
    database.close_thread()

    database.open_home(home)

    assert things() == ["kept"]


@pytest.mark.usefixtures("home")
def test_switch_stands_where_it_was_turned() -> None:
    with database.transaction() as db:
        before = database.switch(db, "batch", default=True)
        database.set_switch(db, "batch", value=False)

    assert (before, database.switch(database.connection(), "batch")) == (True, False)


@pytest.mark.usefixtures("home")
def test_counting_switch_has_as_many_turns_as_it_was_given() -> None:
    with database.transaction() as db:
        database.set_switch(db, "deadlocks", 2)
        turns = [database.take_turn(db, "deadlocks") for _ in range(4)]

    assert turns == [True, True, False, False]
