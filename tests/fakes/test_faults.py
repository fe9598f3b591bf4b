"""The wire fails in the way it was told to, and at the requests it was told to."""

import threading
import time

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from fakes.faults import (
    AnswerThenStatus,
    CutBody,
    Fault,
    Html,
    LoseAnswer,
    Pass,
    Refuse,
    Stall,
    Status,
    every,
    nth,
    requests,
    seeded,
)
from fakes.ledger import LOST, Ledger
from fakes.wire import Wire


def test_lost_answer_was_written(client: httpx2.Client, wire: Wire, ledger: Ledger) -> None:
    wire.inject(LoseAnswer(), on=requests("POST"))

    with pytest.raises(LOST):
        client.post("/users", content=b"Ann")

    assert ledger.written == ["Ann"]
    assert wire.acts[0].target_status == 200


def test_lost_answer_can_outlast_the_client(wire: Wire, ledger: Ledger) -> None:
    wire.inject(LoseAnswer(hold=30))

    with httpx2.Client(base_url=wire.url, timeout=0.3) as client, pytest.raises(httpx2.ReadTimeout):
        client.post("/users", content=b"Ann")

    assert ledger.written == ["Ann"]


def test_refused_request_never_reaches_the_target(
    client: httpx2.Client, wire: Wire, ledger: Ledger
) -> None:
    wire.inject(Refuse())

    with pytest.raises(LOST):
        client.post("/users", content=b"Ann")

    assert ledger.written == []
    assert not wire.acts[0].forwarded


@pytest.mark.parametrize("code", [401, 403, 404, 429, 500, 503])
def test_status_is_answered_instead(
    code: int, client: httpx2.Client, wire: Wire, ledger: Ledger
) -> None:
    wire.inject(Status(code, (("Retry-After", "7"),), b"no"))

    answer = client.post("/users", content=b"Ann")

    assert (answer.status_code, answer.text, answer.headers["Retry-After"]) == (code, "no", "7")
    assert ledger.written == []


def test_page_is_answered_instead_of_json(client: httpx2.Client, wire: Wire) -> None:
    wire.inject(Html())

    answer = client.get("/users")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_body_is_cut_off_in_the_middle(client: httpx2.Client, wire: Wire, ledger: Ledger) -> None:
    wire.inject(CutBody())

    with pytest.raises(httpx2.RemoteProtocolError):
        client.post("/users", content=b"Ann")

    assert ledger.written == ["Ann"]


def test_empty_body_is_cut_off_too(
    client: httpx2.Client, wire: Wire, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/empty").respond_with_data("")
    wire.inject(CutBody())

    with pytest.raises(httpx2.RemoteProtocolError):
        client.get("/empty")


def test_stall_lasts_until_the_client_gives_up(wire: Wire, ledger: Ledger) -> None:
    wire.inject(Stall(30))

    with httpx2.Client(base_url=wire.url, timeout=0.3) as client, pytest.raises(httpx2.ReadTimeout):
        client.post("/users", content=b"Ann")

    assert ledger.written == []


def test_stall_ends_when_the_wire_is_taken_down(httpserver: HTTPServer, ledger: Ledger) -> None:
    began = time.monotonic()

    with Wire(httpserver.url_for("/")) as wire:
        wire.inject(Stall(30))
        asking = threading.Thread(target=_swallow_loss, args=(wire.url,))
        asking.start()
        while not wire.acts:
            time.sleep(0.01)
    asking.join()

    assert time.monotonic() - began < 10
    assert ledger.written == []


def _swallow_loss(url: str) -> None:
    with pytest.raises(LOST):
        httpx2.get(f"{url}/users", timeout=20)


def test_answer_then_status_was_written(client: httpx2.Client, wire: Wire, ledger: Ledger) -> None:
    wire.inject(AnswerThenStatus(500))

    answer = client.post("/users", content=b"Ann")

    assert answer.status_code == 500
    assert ledger.written == ["Ann"]


def test_fault_meets_only_the_chosen_requests(
    client: httpx2.Client, wire: Wire, ledger: Ledger
) -> None:
    wire.inject(Status(503), on=requests("POST", r"^/users$"), when=nth(2))

    codes = [
        client.request(method, path).status_code
        for method, path in [
            ("POST", "/users"),
            ("POST", "/other"),
            ("GET", "/users"),
            ("POST", "/users"),
            ("POST", "/users"),
        ]
    ]

    assert codes == [200, 200, 200, 503, 200]
    assert len(ledger.written) == 3


def test_first_planned_fault_wins_and_all_are_counted(client: httpx2.Client, wire: Wire) -> None:
    wire.inject(Status(503), when=every(2))
    wire.inject(Status(500), when=every(4))

    codes = [client.get("/users").status_code for _ in range(4)]

    assert codes == [200, 503, 200, 503]
    assert wire.counts() == {Pass: 2, Status: 2}


def test_connection_survives_an_answered_fault(client: httpx2.Client, wire: Wire) -> None:
    wire.inject(Status(429), when=nth(1))

    assert [client.get("/users").status_code for _ in range(2)] == [429, 200]


@pytest.mark.parametrize("fault", [Refuse(), LoseAnswer(), CutBody()])
def test_client_can_go_on_after_a_broken_connection(
    fault: Fault, client: httpx2.Client, wire: Wire
) -> None:
    wire.inject(fault, when=nth(1))

    with pytest.raises(LOST):
        client.get("/users")

    assert client.get("/users").status_code == 200


@given(seed=st.integers(), number=st.integers(min_value=1))
def test_chance_is_the_same_for_the_same_seed(seed: int, number: int) -> None:
    assert seeded(0.5, seed)(number) == seeded(0.5, seed)(number)
    assert not seeded(0.0, seed)(number)
    assert seeded(1.0, seed)(number)


def test_chance_is_about_what_was_asked_for() -> None:
    chosen = sum(seeded(0.2, seed=7)(number) for number in range(1, 2001))

    assert 320 < chosen < 480
