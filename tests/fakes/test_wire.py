"""The wire passes everything that has no fault, unchanged, and remembers it."""

import threading

import httpx2
import pytest
from pytest_httpserver import HTTPServer

from fakes.faults import Pass, Refuse
from fakes.ledger import LOST, Ledger
from fakes.wire import Wire


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


def test_mended_wire_passes_everything(client: httpx2.Client, wire: Wire) -> None:
    wire.inject(Refuse())
    wire.mend()

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
