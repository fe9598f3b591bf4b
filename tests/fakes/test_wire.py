"""The wire passes what it should and fails only as it was told to."""

import json
import threading
import time
from collections.abc import Iterator

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Request as Incoming
from werkzeug import Response

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
from fakes.wire import Wire

LOST = (httpx2.RemoteProtocolError, httpx2.ReadError)


class Ledger:
    """A site that writes each POST down before it answers."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.hosts: list[str] = []

    def answer(self, request: Incoming) -> Response:
        self.hosts.append(request.host)
        if request.method == "POST":
            self.written.append(request.get_data(as_text=True))
        answer = Response(json.dumps({"written": self.written}), content_type="application/json")
        answer.headers.add("Set-Cookie", "first=1")
        answer.headers.add("Set-Cookie", "second=2")
        return answer


@pytest.fixture
def ledger(httpserver: HTTPServer) -> Ledger:
    ledger = Ledger()
    for path in ("/users", "/other"):
        httpserver.expect_request(path).respond_with_handler(ledger.answer)
    return ledger


@pytest.fixture
def wire(httpserver: HTTPServer, ledger: Ledger) -> Iterator[Wire]:  # noqa: ARG001 - the site has to answer
    with Wire(httpserver.url_for("/")) as wire:
        yield wire


@pytest.fixture
def client(wire: Wire) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=wire.url, timeout=5) as client:
        yield client


def test_what_has_no_fault_passes_unchanged(client: httpx2.Client, wire: Wire) -> None:
    answer = client.post("/users?page=2", content=b"Ann")

    assert answer.json() == {"written": ["Ann"]}
    assert answer.headers.get_list("Set-Cookie") == ["first=1", "second=2"]
    assert [(act.request.path, act.fault, act.target_status) for act in wire.acts] == [
        ("/users?page=2", Pass(), 200)
    ]


def test_target_is_addressed_by_its_own_name(
    client: httpx2.Client, ledger: Ledger, httpserver: HTTPServer
) -> None:
    client.get("/users")

    assert ledger.hosts == [f"{httpserver.host}:{httpserver.port}"]


def test_redirect_of_the_target_leads_through_the_wire(
    client: httpx2.Client, wire: Wire, httpserver: HTTPServer
) -> None:
    elsewhere = {"Location": httpserver.url_for("/users"), "X-Forwarded-Host": "kept"}
    httpserver.expect_request("/old").respond_with_data("", status=302, headers=elsewhere)

    answer = client.get("/old")

    assert answer.headers["Location"] == f"{wire.url}/users"
    assert answer.headers["X-Forwarded-Host"] == "kept"


def test_connections_are_kept_alive(wire: Wire) -> None:
    opened: list[str] = []

    def trace(event: str, _details: object) -> None:
        opened.append(event)

    with httpx2.Client(base_url=wire.url) as client:
        for _ in range(3):
            client.get("/users", extensions={"trace": trace})

    assert opened.count("connection.connect_tcp.started") == 1


def test_chunked_request_arrives_whole(client: httpx2.Client, ledger: Ledger) -> None:
    client.post("/users", content=iter([b"An", b"n"]))

    assert ledger.written == ["Ann"]


def test_answer_to_head_has_no_body(client: httpx2.Client) -> None:
    answer = client.head("/users")

    assert (answer.status_code, answer.content) == (200, b"")
    assert client.get("/users").json() == {"written": []}


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


def test_mended_wire_passes_everything(client: httpx2.Client, wire: Wire) -> None:
    wire.inject(Refuse())
    wire.mend()

    assert client.get("/users").status_code == 200


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


def test_mute_target_is_a_mute_wire() -> None:
    with Wire("http://127.0.0.1:9") as wire, pytest.raises(LOST):
        httpx2.get(wire.url)

    assert wire.acts[0].target_status is None


def test_log_shows_no_credential(client: httpx2.Client, wire: Wire) -> None:
    client.get("/users", auth=("latchkey", "made-up"))

    assert "Basic" not in repr(wire.acts)


def test_many_connections_at_once(wire: Wire, ledger: Ledger) -> None:
    names = [f"person {number}" for number in range(24)]

    def ask(name: str) -> None:
        httpx2.post(f"{wire.url}/users", content=name.encode(), timeout=20)

    asking = [threading.Thread(target=ask, args=(name,)) for name in names]
    for one in asking:
        one.start()
    for one in asking:
        one.join()

    assert sorted(ledger.written) == sorted(names)
    assert wire.counts() == {Pass: 24}


@given(seed=st.integers(), number=st.integers(min_value=1))
def test_chance_is_the_same_for_the_same_seed(seed: int, number: int) -> None:
    assert seeded(0.5, seed)(number) == seeded(0.5, seed)(number)
    assert not seeded(0.0, seed)(number)
    assert seeded(1.0, seed)(number)


def test_chance_is_about_what_was_asked_for() -> None:
    chosen = sum(seeded(0.2, seed=7)(number) for number in range(1, 2001))

    assert 320 < chosen < 480
