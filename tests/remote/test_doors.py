"""What every door does: nothing in a dry run, tell the observer, keep the credential."""

import pytest
from pytest_httpserver import HTTPServer

from fakes.faults import LoseAnswer
from fakes.wire import Wire
from latchkey.remote.call import Call, Limits
from latchkey.remote.doors import Doors
from latchkey.remote.errors import DryRun, RemoteError
from latchkey.remote.secrets import Secret
from remote.conftest import QUICK, OpenDoor

HIDDEN = "s3cr3t-and-long"


def test_dry_run_lets_reads_through_and_stops_writes(
    httpserver: HTTPServer, door_to: OpenDoor
) -> None:
    httpserver.expect_request("/").respond_with_json([])
    door = door_to(httpserver.url_for(""), Doors(dry_run=True, limits=QUICK))

    assert door.send("GET", "/").json() == []
    with pytest.raises(DryRun):
        door.send("POST", "/", form={"a": "b"})

    assert [request.method for request, _ in httpserver.log] == ["GET"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_dry_run_stops_every_writing_method(
    httpserver: HTTPServer, door_to: OpenDoor, method: str
) -> None:
    door = door_to(httpserver.url_for(""), Doors(dry_run=True, limits=QUICK))

    with pytest.raises(DryRun, match="nothing is written"):
        door.send(method, "/users")

    assert httpserver.log == []


def test_connector_says_what_a_read_is(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    httpserver.expect_request("/api").respond_with_json([])
    doors = Doors(dry_run=True, limits=QUICK)
    door = door_to(httpserver.url_for(""), doors, is_read=lambda *sent: sent[2] == b"act=get")

    assert door.send("POST", "/api", form={"act": "get"}).json() == []
    with pytest.raises(DryRun):
        door.send("POST", "/api", form={"act": "set"})


def test_observer_hears_of_every_call_without_query_and_body(
    httpserver: HTTPServer, door_to: OpenDoor
) -> None:
    heard: list[Call] = []
    httpserver.expect_request("/users").respond_with_json([])
    door = door_to(httpserver.url_for(""), Doors(observe=heard.append, limits=QUICK))

    door.send("POST", "/users", query={"search": HIDDEN}, form={"password": HIDDEN})

    assert [(call.method, call.path, call.status) for call in heard] == [("POST", "/users", 200)]
    assert HIDDEN not in repr(heard)


def test_observer_hears_of_answers_that_never_came(
    httpserver: HTTPServer, door_to: OpenDoor
) -> None:
    heard: list[Call] = []
    with Wire(httpserver.url_for("")) as wire:
        wire.inject(LoseAnswer())
        door = door_to(wire.url, Doors(observe=heard.append, limits=QUICK))
        with pytest.raises(RemoteError):
            door.send("POST", "/")

    assert [call.status for call in heard] == [None]


def test_credential_is_sent_and_never_shown(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    httpserver.expect_request("/").respond_with_data("no", 403)
    door = door_to(
        httpserver.url_for(""), headers={"X-Key": Secret(HIDDEN)}, basic=("me", Secret(HIDDEN))
    )

    answer = door.send("GET", "/")

    request, _ = httpserver.log[0]
    assert request.headers["X-Key"] == HIDDEN
    assert request.authorization is not None
    assert request.authorization.password == HIDDEN
    assert HIDDEN not in f"{door!r} {vars(door)} {answer!r} {answer.unexpected()}"


@pytest.mark.parametrize("secret", [f"{HIDDEN}\r\nX-Other: 1", f"{HIDDEN}\n", f"{HIDDEN}é"])
def test_credential_that_cannot_be_sent_is_not_quoted(
    httpserver: HTTPServer, door_to: OpenDoor, secret: str
) -> None:
    with pytest.raises(RemoteError) as caught:
        door_to(httpserver.url_for(""), headers={"X-Key": Secret(secret)}).send("GET", "/")

    assert HIDDEN not in "".join(str(one) for one in (caught.value, caught.value.__cause__))
    assert httpserver.log == []


@pytest.mark.parametrize("fault", [LoseAnswer()])
def test_lost_answer_does_not_quote_the_request(
    httpserver: HTTPServer, door_to: OpenDoor, fault: LoseAnswer
) -> None:
    with Wire(httpserver.url_for("")) as wire:
        wire.inject(fault)
        door = door_to(wire.url, headers={"X-Key": Secret(HIDDEN)})
        with pytest.raises(RemoteError) as caught:
            door.send("POST", "/", query={"key": HIDDEN}, form={"password": HIDDEN})

    assert HIDDEN not in str(caught.value)


def test_calls_run_together_answer_in_order(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    for number in range(10):
        httpserver.expect_request(f"/{number}").respond_with_json(number)
    door = door_to(httpserver.url_for(""), connections=4)

    found = door.together(
        [lambda number=number: door.send("GET", f"/{number}").json() for number in range(10)]
    )

    assert found == list(range(10))


def test_total_time_bounds_an_answer_that_drips(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    limits = Limits(connect=1, answer=5, total=0.0, size=10_000, tries=1)
    httpserver.expect_request("/").respond_with_data(b"x" * 100)

    with pytest.raises(RemoteError, match="time limit"):
        door_to(httpserver.url_for(""), Doors(limits=limits)).send("GET", "/")
