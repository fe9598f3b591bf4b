"""What becomes of the answers that other systems give, or do not give."""

from email.utils import formatdate
from time import time

import pytest
from pytest_httpserver import HTTPServer

from fakes.faults import AnswerThenStatus, CutBody, LoseAnswer, Refuse, Stall, Status, nth
from fakes.wire import Wire
from latchkey.remote.errors import (
    RateLimited,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.http import HttpDoor
from remote.conftest import OpenDoor


@pytest.fixture
def wire(httpserver: HTTPServer) -> Wire:
    """A wire to a server that answers everything with a number."""
    httpserver.expect_request("/").respond_with_json({"number": 7})
    with Wire(httpserver.url_for("")) as wire:
        yield wire


@pytest.fixture
def door(wire: Wire, door_to: OpenDoor) -> HttpDoor:
    return door_to(wire.url)


@pytest.mark.parametrize(
    "fault", [LoseAnswer(), Refuse(), CutBody(), Stall(5), Status(502), Status(504)]
)
def test_read_whose_answer_was_lost_is_repeated(wire: Wire, door: HttpDoor, fault: object) -> None:
    wire.inject(fault, when=nth(1))

    assert door.send("GET", "/").json() == {"number": 7}


@pytest.mark.parametrize("fault", [LoseAnswer(), CutBody(), Status(502)])
def test_read_that_stays_lost_is_to_be_tried_later(
    wire: Wire, door: HttpDoor, fault: object
) -> None:
    wire.inject(fault)

    with pytest.raises(TransientError):
        door.send("GET", "/")


@pytest.mark.parametrize("fault", [LoseAnswer(), Refuse(), CutBody(), Stall(5)])
def test_write_whose_answer_was_lost_is_sent_once(
    wire: Wire, door: HttpDoor, fault: object
) -> None:
    wire.inject(fault)

    with pytest.raises(UnknownOutcome):
        door.send("POST", "/", form={"a": "b"})

    assert [act.request.method for act in wire.acts] == ["POST"]


def test_write_that_a_cache_gave_up_waiting_for_may_have_been_done(
    wire: Wire, door: HttpDoor
) -> None:
    page = b"<title>503 Backend fetch failed</title><h3>Guru Meditation:</h3>"
    wire.inject(Status(503, (("Retry-After", "5"),), page))

    answer = door.send("POST", "/", form={"a": "b"})

    assert isinstance(answer.unexpected(), UnknownOutcome)
    with pytest.raises(TransientError):
        door.send("GET", "/")


def test_nobody_listening_leaves_nothing_done(door_to: OpenDoor) -> None:
    door = door_to("http://127.0.0.1:1")

    with pytest.raises(TransientError, match="cannot be reached"):
        door.send("POST", "/", form={"a": "b"})


@pytest.mark.parametrize(("code", "kind"), [(429, RateLimited), (503, TransientError)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_request_to_slow_down_says_for_how_long(
    wire: Wire, door: HttpDoor, code: int, kind: type[TransientError], method: str
) -> None:
    wire.inject(Status(code, (("Retry-After", "17"),)))

    with pytest.raises(kind) as caught:
        door.send(method, "/")

    assert caught.value.retry_after == 17


@pytest.mark.parametrize(("ahead", "least", "most"), [(90, 60, 90), (-90, 0, 0)])
def test_retry_after_may_be_a_date(
    wire: Wire, door: HttpDoor, ahead: int, least: float, most: float
) -> None:
    given = formatdate(time() + ahead, usegmt=True)
    wire.inject(Status(503, (("Retry-After", given),)))

    with pytest.raises(TransientError) as caught:
        door.send("GET", "/")

    assert caught.value.retry_after is not None
    assert least <= caught.value.retry_after <= most


@pytest.mark.parametrize(
    "given",
    ["9" * 400, "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 9999 23:59:59"],
)
def test_retry_after_of_years_is_a_day(wire: Wire, door: HttpDoor, given: str) -> None:
    wire.inject(Status(503, (("Retry-After", given),)))

    with pytest.raises(TransientError) as caught:
        door.send("GET", "/")

    assert caught.value.retry_after == 24 * 60 * 60


def test_retry_after_is_read_by_the_clock_of_whoever_says_it(wire: Wire, door: HttpDoor) -> None:
    an_hour_ahead = time() + 3600
    said = [("Date", an_hour_ahead), ("Retry-After", an_hour_ahead + 30)]
    wire.inject(Status(503, tuple((name, formatdate(at, usegmt=True)) for name, at in said)))

    with pytest.raises(TransientError) as caught:
        door.send("GET", "/")

    assert caught.value.retry_after == 30


@pytest.mark.parametrize("given", ["soon", "", "-5", "²"])
def test_retry_after_that_says_nothing_is_none(wire: Wire, door: HttpDoor, given: str) -> None:
    wire.inject(Status(429, (("Retry-After", given),)))

    with pytest.raises(RateLimited) as caught:
        door.send("GET", "/")

    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("method", "code", "kind"),
    [
        ("GET", 500, TransientError),
        ("GET", 404, SiteError),
        ("GET", 200, SiteError),
        ("POST", 500, UnknownOutcome),
        ("POST", 403, SiteError),
        ("POST", 200, UnknownOutcome),
    ],
)
def test_page_instead_of_json_says_what_to_do(
    wire: Wire, door: HttpDoor, method: str, code: int, kind: type[RemoteError]
) -> None:
    wire.inject(AnswerThenStatus(code))

    with pytest.raises(kind) as caught:
        door.send(method, "/").json()

    assert type(caught.value) is kind
    assert "<h1>" not in str(caught.value)


def test_json_too_deep_to_be_read_is_no_json(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    httpserver.expect_request("/").respond_with_data(b"[" * 10_000)

    with pytest.raises(SiteError, match="not JSON"):
        door_to(httpserver.url_for("")).send("GET", "/").json()


def test_answer_larger_than_the_limit_is_refused(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 10_001)

    with pytest.raises(SiteError, match="more than 10000 bytes"):
        door_to(httpserver.url_for("")).send("GET", "/")


def test_answer_as_large_as_the_limit_is_taken(httpserver: HTTPServer, door_to: OpenDoor) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 10_000)

    assert len(door_to(httpserver.url_for("")).send("GET", "/").body) == 10_000


def test_write_with_an_answer_too_large_may_have_been_done(
    httpserver: HTTPServer, door_to: OpenDoor
) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 10_001)

    with pytest.raises(UnknownOutcome):
        door_to(httpserver.url_for("")).send("POST", "/")


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "http://127.0.0.1:1/", "//elsewhere.example/x"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirect_to_elsewhere_is_not_followed(
    wire: Wire, door: HttpDoor, target: str, method: str
) -> None:
    wire.inject(Status(302, (("Location", target),)))

    with pytest.raises(SiteError, match="redirects to"):
        door.send(method, "/")


def test_redirect_from_http_to_https_is_to_elsewhere(wire: Wire, door: HttpDoor) -> None:
    wire.inject(Status(301, (("Location", wire.url.replace("http:", "https:") + "/"),)))

    with pytest.raises(SiteError, match="redirects to https"):
        door.send("POST", "/", form={"a": "b"})


@pytest.mark.parametrize(
    ("target", "named"),
    [("https://exa[mple.org/", "cannot be read"), ("http://a:hidden@b.example/", "//b.example")],
)
def test_redirect_is_named_without_what_it_hides(
    wire: Wire, door: HttpDoor, target: str, named: str
) -> None:
    wire.inject(Status(302, (("Location", target),)))

    with pytest.raises(SiteError, match=named) as caught:
        door.send("GET", "/")

    assert "hidden" not in str(caught.value)


def test_redirect_within_the_site_is_an_answer(wire: Wire, door: HttpDoor) -> None:
    wire.inject(Status(302, (("Location", "/wp-login.php?checkemail=confirm"),)))

    answer = door.send("POST", "/")

    assert answer.status == 302
    assert answer.headers["location"].endswith("checkemail=confirm")
