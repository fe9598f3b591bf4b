"""The door to programs: what it starts, what it lets out, and what it makes of what comes back."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.remote.call import Call, Limits
from latchkey.remote.doors import Doors
from latchkey.remote.endings import ending
from latchkey.remote.errors import (
    DryRun,
    Paused,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.process import Command, ProcessDoor

QUICK = Limits(connect=1, answer=1.5, total=3, size=100_000, tries=2)
# Greets, and then answers each line with what it holds and how many there were.
ECHO = """
import json, sys
print("a banner", flush=True)
print(json.dumps({"hello": sys.stdin.readline().strip()}), flush=True)
for number, line in enumerate(sys.stdin, start=1):
    asked = json.loads(line)
    print(json.dumps({"ref": asked["ref"], "number": number, **asked}), flush=True)
"""
LARGE = "import json, sys\nprint('{\"hello\": 1}')\nprint('x' * 200000, flush=True)\ninput()"
LOUD = "import sys, os\nos.write(2, b'e' * 500000)\n" + ECHO
OPENING = b"open\n"
OpenDoor = Callable[..., ProcessDoor]


@pytest.fixture
def door_to() -> Iterator[OpenDoor]:
    """Opens a door to a program of Python; what begins with `see` is a read."""
    with ExitStack() as opened:

        def open_(program: str, doors: Doors | None = None) -> ProcessDoor:
            door = (doors or Doors(limits=QUICK)).process(
                [sys.executable, "-c", program],
                opening=OPENING,
                greeting="hello",
                is_read=lambda op: op.startswith("see"),
            )
            opened.callback(door.close)
            return door

        yield open_


def test_program_is_given_the_opening_and_greets(door_to: OpenDoor) -> None:
    assert door_to(ECHO).greeting() == {"hello": "open"}


def test_each_command_gets_its_answer_in_order(door_to: OpenDoor) -> None:
    replies = door_to(ECHO).ask([Command("make", {"name": f"n{i}"}) for i in range(20)])

    assert [reply["name"] for reply in replies if isinstance(reply, dict)] == [
        f"n{i}" for i in range(20)
    ]


def test_one_program_serves_many_calls(door_to: OpenDoor) -> None:
    door = door_to(ECHO)

    numbers = [door.ask([Command("see")])[0] for _ in range(3)]

    assert [one["number"] for one in numbers if isinstance(one, dict)] == [1, 2, 3]


def test_forgotten_program_is_followed_by_a_fresh_one(door_to: OpenDoor) -> None:
    door = door_to(ECHO)
    door.ask([Command("see"), Command("see")])

    door.forget()

    fresh = door.ask([Command("see")])[0]
    assert isinstance(fresh, dict)
    assert fresh["number"] == 1


@pytest.mark.parametrize("clock", ["IDLE", "LIFETIME"])
def test_old_program_is_not_talked_to(
    clock: str, door_to: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"latchkey.remote.process.{clock}", 0.0)
    door = door_to(ECHO)

    replies = [door.ask([Command("see")])[0] for _ in range(2)]

    assert [one["number"] for one in replies if isinstance(one, dict)] == [1, 1]


def test_dry_run_lets_reads_through_and_stops_writes(door_to: OpenDoor) -> None:
    door = door_to(ECHO, Doors(dry_run=True, limits=QUICK))

    read, written = door.ask([Command("see"), Command("make")])

    assert isinstance(read, dict)
    assert isinstance(written, DryRun)
    again = door.ask([Command("see")])[0]
    assert isinstance(again, dict)
    assert again["number"] == 2


def test_pause_stops_writes_only(door_to: OpenDoor) -> None:
    def paused() -> None:
        raise Paused("a person stopped it")

    door = door_to(ECHO, Doors(guard=paused, limits=QUICK))

    read, written = door.ask([Command("see"), Command("make")])

    assert isinstance(read, dict)
    assert isinstance(written, Paused)


def test_observer_hears_of_every_call_without_what_was_said(door_to: OpenDoor) -> None:
    heard: list[Call] = []
    door = door_to(ECHO, Doors(observe=heard.append, limits=QUICK))

    door.ask([Command("make", {"password": "hunter2"}), Command("see")])

    assert [(call.method, call.path, call.status) for call in heard] == [
        ("EXEC", "make", 200),
        ("EXEC", "see", 200),
    ]
    assert "hunter2" not in repr(heard)
    assert "hunter2" not in repr(Command("make", {"password": "hunter2"}))


def test_several_threads_get_their_own_answers(door_to: OpenDoor) -> None:
    door, got = door_to(ECHO), {}

    def ask(name: str) -> None:
        replies = door.ask([Command("see", {"name": name})] * 20)
        got[name] = {reply["name"] for reply in replies if isinstance(reply, dict)}

    threads = [Thread(target=ask, args=(f"t{i}",)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == {f"t{i}": {f"t{i}"} for i in range(4)}


def test_large_command_and_answer_pass(door_to: OpenDoor) -> None:
    reply = door_to(ECHO).ask([Command("see", {"text": "x" * 90_000})])[0]

    assert isinstance(reply, dict)
    assert len(str(reply["text"])) == 90_000


def test_answer_without_end_is_cut_off(door_to: OpenDoor) -> None:
    reading = door_to(LARGE).ask([Command("see")])[0]
    writing = door_to(LARGE).ask([Command("make")])[0]

    assert type(reading) is SiteError
    assert type(writing) is UnknownOutcome


def test_much_on_standard_error_holds_nothing_up(door_to: OpenDoor) -> None:
    assert isinstance(door_to(LOUD).ask([Command("see")])[0], dict)


def test_program_that_ignores_its_end_is_ended(door_to: OpenDoor) -> None:
    stubborn = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    door = door_to(stubborn + "print('{\"hello\": 1}', flush=True)\ntime.sleep(60)")
    door.greeting()

    failed = door.ask([Command("see")])[0]

    assert type(failed) is TransientError


def test_no_command_is_refused() -> None:
    with pytest.raises(SiteError, match="no command"):
        Doors().process([], opening=b"", greeting="hello", is_read=bool)


def test_program_that_ends_at_once_is_not_started_for_each_command(door_to: OpenDoor) -> None:
    heard: list[Call] = []
    door = door_to("raise SystemExit(3)", Doors(observe=heard.append, limits=QUICK))

    outcomes = door.ask([Command("see"), Command("make")])

    assert [type(one) for one in outcomes] == [SiteError, SiteError]
    assert outcomes[0] is outcomes[1]


@given(st.sampled_from(["ssh", "php"]), st.integers(-15, 255), st.text())
def test_any_ending_says_something_and_quotes_nothing(program: str, status: int, said: str) -> None:
    secret = "hunter2-and-more"

    error = ending(program, status, f"{said} {secret}")

    assert isinstance(error, RemoteError)
    assert secret not in str(error)


@pytest.mark.parametrize(
    ("program", "status", "kind"),
    [
        ("ssh", 255, TransientError),
        ("php", 255, SiteError),
        ("sh", 126, SiteError),
        ("sh", 127, SiteError),
        ("php", -9, TransientError),
    ],
)
def test_ending_without_words_is_judged_by_its_status(
    program: str, status: int, kind: type[RemoteError]
) -> None:
    assert type(ending(program, status, "")) is kind
