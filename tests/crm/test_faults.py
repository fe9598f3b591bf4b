"""Whatever happens on the way, each act ends in the error that says what to do next."""

from collections.abc import Callable

import pytest

from fakes.faults import CutBody, Fault, Html, LoseAnswer, Stall, Status, nth, requests
from fakes.practice import API_KEY
from fakes.wire import Wire
from latchkey.crm.contract import Crm, PollRequest, Refused, Trigger
from latchkey.remote.errors import (
    RateLimited,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)

MakeTrigger = Callable[..., Trigger]
API = requests("POST", "api4")


def raised(refused: Refused) -> None:
    """Raise what is said of a contact."""
    for error in refused.values():
        raise error


READS: dict[str, Callable[[Crm, Trigger], object]] = {
    "contacts": lambda crm, trigger: list(crm.contacts([trigger], frozenset())),
    "contact_ids": lambda crm, trigger: list(crm.contact_ids([trigger])),
    "holders": lambda crm, _: crm.holders(["a@example.org"]),
    "links": lambda crm, _: crm.links(contact_ids=[1]),
    "poll": lambda crm, trigger: crm.poll([PollRequest(trigger, standing=False)]),
    "groups": lambda crm, _: crm.groups(),
}
WRITES: dict[str, Callable[[Crm, Trigger], object]] = {
    "add_to_group": lambda crm, trigger: raised(crm.add_to_group(trigger, [1])),
    "remove_from_group": lambda crm, trigger: raised(crm.remove_from_group(trigger, [1])),
    "create_contact": lambda crm, _: crm.create_contact("f@example.org", "F", "G"),
}
FAILURES: list[tuple[Fault, type[RemoteError], type[RemoteError]]] = [
    (Status(429), RateLimited, RateLimited),
    (Status(503, body=b'{"error_message": "maintenance"}'), TransientError, TransientError),
    (Status(500, body=b"<h1>Error</h1>"), TransientError, UnknownOutcome),
    (Status(500, body=b""), TransientError, UnknownOutcome),
    (Status(401, body=b"HTTP 401 Invalid credential"), SiteError, SiteError),
    (Status(403, body=b"<h1>Forbidden</h1>"), SiteError, SiteError),
    (Status(404, body=b"<h1>Not Found</h1>"), SiteError, SiteError),
    (Status(403, body=b'{"code": "blocked", "message": "No."}'), SiteError, SiteError),
    (Status(200, body=b"[" * 100_000), TransientError, UnknownOutcome),
    (Status(302, (("Location", "/wp-login.php"),)), SiteError, SiteError),
    (Status(200, body=b'{"values": [{"id": 1'), TransientError, UnknownOutcome),
    (Html(), SiteError, UnknownOutcome),
]


@pytest.mark.parametrize("act", READS)
@pytest.mark.parametrize(("fault", "kind", "_"), FAILURES)
def test_read_that_fails_says_what_to_do(
    wire: Wire, wired: Crm, group: MakeTrigger, *, act: str, fault: Fault, kind: type, _: type
) -> None:
    trigger = group()
    wire.inject(fault, on=API)

    with pytest.raises(RemoteError) as caught:
        READS[act](wired, trigger)

    assert type(caught.value) is kind
    assert API_KEY not in str(caught.value)


@pytest.mark.parametrize("act", WRITES)
@pytest.mark.parametrize(("fault", "_", "kind"), FAILURES)
def test_write_that_fails_says_whether_it_was_done(
    wire: Wire, wired: Crm, group: MakeTrigger, *, act: str, fault: Fault, kind: type, _: type
) -> None:
    trigger = group()
    wire.inject(fault, on=API)

    with pytest.raises(RemoteError) as caught:
        WRITES[act](wired, trigger)

    assert type(caught.value) is kind
    assert API_KEY not in str(caught.value)


@pytest.mark.parametrize("act", READS)
@pytest.mark.parametrize("fault", [LoseAnswer(), CutBody(), Stall(2)])
def test_read_whose_answer_is_lost_once_is_repeated(
    wire: Wire, wired: Crm, group: MakeTrigger, act: str, fault: Fault
) -> None:
    trigger = group(1)
    wire.inject(fault, on=API, when=nth(1))

    READS[act](wired, trigger)


@pytest.mark.parametrize("act", WRITES)
@pytest.mark.parametrize("fault", [LoseAnswer(), CutBody()])
def test_write_whose_answer_is_lost_is_sent_once(
    wire: Wire, wired: Crm, group: MakeTrigger, act: str, fault: Fault
) -> None:
    trigger = group(1)
    before = len(wire.acts)
    wire.inject(fault, on=API)

    with pytest.raises(UnknownOutcome):
        WRITES[act](wired, trigger)

    assert len(wire.acts) == before + 1
