"""No empty answer is believed from a credential that is not known to see."""

from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer

from fakes.faults import Status, requests
from fakes.practice import GUEST_KEY, READER_KEY, RunningPractice
from fakes.wire import Wire
from latchkey.crm.contract import Crm, PollRequest, Trigger, TriggerKind
from latchkey.remote.civicrm.answers import PermissionLacking
from latchkey.remote.errors import DryRun, RemoteError, SiteError, TransientError

Connect = Callable[..., Crm]
SOMEWHERE = Trigger(TriggerKind.STATIC, 2, "Active_Members", "Active Members")
SIGHT = (
    "view all contacts",
    "edit all contacts",
    "view all activities",
    "add contacts",
    "view debug output",
)
ASKING: dict[str, Callable[[Crm], object]] = {
    "triggers": lambda crm: crm.triggers(["Active Members"], []),
    "groups": lambda crm: crm.groups(),
    "tags": lambda crm: crm.tags(),
    "count": lambda crm: crm.count([SOMEWHERE]),
    "contact_ids": lambda crm: list(crm.contact_ids([SOMEWHERE])),
    "contacts": lambda crm: list(crm.contacts([SOMEWHERE], frozenset())),
    "contacts_by_id": lambda crm: crm.contacts_by_id([1], frozenset()),
    "holders": lambda crm: crm.holders(["a@example.org"]),
    "links": lambda crm: crm.links(contact_ids=[1]),
    "poll": lambda crm: crm.poll([PollRequest(SOMEWHERE, standing=False)]),
    "synchronises_email": lambda crm: crm.synchronises_email(),
}


@pytest.mark.parametrize("asked", ASKING)
@pytest.mark.parametrize(
    ("key", "match"),
    [
        (READER_KEY, '"administer CiviCRM"'),
        (GUEST_KEY, '"authenticate with api key"'),
        ("wrong", "does not accept the API key"),
    ],
)
def test_credential_that_may_not_see_is_an_error_and_not_an_empty_crm(
    practice: RunningPractice, connected: Connect, asked: str, key: str, match: str
) -> None:
    with pytest.raises(SiteError, match=match) as caught:
        ASKING[asked](connected(practice.url, key=key))

    assert key not in str(caught.value)


@pytest.fixture
def lose_sight(switch: Callable[..., None]) -> Iterator[Callable[[], None]]:
    """Takes from our key what lets it see contacts; given back afterwards."""
    blind = ["access CiviCRM", "administer CiviCRM", "authenticate with api key"]

    yield lambda: switch(grant={"user": "latchkey", "permissions": blind})
    switch(grant={"user": "latchkey", "permissions": [*blind, *SIGHT]})


@pytest.mark.parametrize(
    "asked", ["count", "contact_ids", "contacts", "contacts_by_id", "holders", "poll"]
)
def test_key_that_loses_its_sight_gets_an_error_and_not_an_empty_crm(
    crm: Crm, lose_sight: Callable[[], None], asked: str
) -> None:
    ASKING[asked](crm)

    lose_sight()

    with pytest.raises(SiteError, match='"view all contacts"'):
        ASKING[asked](crm)


def test_key_that_sees_only_itself_is_told_what_lacks(
    crm: Crm, lose_sight: Callable[[], None]
) -> None:
    lose_sight()

    with pytest.raises(SiteError, match='"view all contacts"'):
        crm.groups()


@pytest.mark.parametrize(
    ("who", "match"),
    [
        ({"contact_id": None, "user_id": None}, "anonymous visitor"),
        ({"contact_id": "7", "user_id": None}, "without a user account"),
    ],
)
def test_key_of_nobody_is_an_error(
    httpserver: HTTPServer, connected: Connect, who: dict[str, object], match: str
) -> None:
    httpserver.expect_request("/civicrm/authx/id").respond_with_json(who)

    with pytest.raises(SiteError, match=match):
        connected(httpserver.url_for("")).groups()


def test_credential_is_proved_once(wire: Wire, connected: Connect) -> None:
    crm = connected(wire.url)
    crm.groups()
    before = len(wire.acts)

    crm.groups()
    crm.tags()

    assert len(wire.acts) == before + 2


def test_proof_that_failed_is_tried_again(wire: Wire, connected: Connect) -> None:
    wire.inject(Status(503), on=requests("POST", "api4$"))
    crm = connected(wire.url)

    with pytest.raises(TransientError):
        crm.groups()
    wire.mend()

    assert crm.groups()


def test_connection_without_a_key_is_refused(connected: Connect) -> None:
    with pytest.raises(SiteError, match="no API key"):
        connected("https://www.example.org", key="")


def test_opening_a_connection_sends_nothing(httpserver: HTTPServer, connected: Connect) -> None:
    connected(httpserver.url_for(""))

    assert httpserver.log == []


def test_dry_run_reads_and_writes_nothing(
    practice: RunningPractice, connected: Connect, crm: Crm
) -> None:
    dry = connected(practice.url, dry_run=True)
    (members,) = dry.triggers(["Active Members"], [])
    before = list(crm.contact_ids([members]))

    for write in (
        lambda: dry.remove_from_group(members, before[0]),
        lambda: dry.add_to_group(members, [1]),
        lambda: dry.create_contact("dry@example.org", "Dry", "Run"),
    ):
        with pytest.raises(DryRun):
            write()

    assert list(dry.contact_ids([members])) == before == list(crm.contact_ids([members]))
    assert crm.holders(["dry@example.org"]) == {}


def test_error_is_one_of_ours(practice: RunningPractice, connected: Connect) -> None:
    with pytest.raises(PermissionLacking) as caught:
        connected(practice.url, key=READER_KEY).groups()

    assert isinstance(caught.value, RemoteError)
