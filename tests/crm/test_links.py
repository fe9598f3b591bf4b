"""UFMatch rows are read by account or contact, and made or moved one by one in outcome."""

from collections.abc import Callable
from itertools import count

import pytest

from fakes.faults import AnswerThenStatus, CutBody, LoseAnswer, Status, requests
from fakes.wire import Wire
from latchkey.crm.contract import Crm
from latchkey.policy.values import Link
from latchkey.remote.civicrm.answers import Duplicate
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import RateLimited, RemoteError, UnknownOutcome

People = Callable[..., list[int]]
_accounts = count(800_000)


def new_links(contact_ids: list[int]) -> tuple[list[Link], dict[str, str]]:
    links = [Link(contact_id, str(next(_accounts))) for contact_id in contact_ids]
    return links, {one.account_id: f"u{one.account_id}@example.org" for one in links}


def pairs(links: list[Link | RemoteError]) -> list[tuple[int, str]]:
    return [(one.contact_id, one.account_id) for one in links if isinstance(one, Link)]


def test_links_are_made_and_found_by_account_and_by_contact(crm: Crm, people: People) -> None:
    wanted, addresses = new_links(people(3))

    saved = crm.save_links(wanted, addresses)

    assert pairs(saved) == [(one.contact_id, one.account_id) for one in wanted]
    assert crm.links(account_ids=[wanted[0].account_id]) == saved[:1]
    assert crm.links(contact_ids=[wanted[1].contact_id]) == saved[1:2]
    assert (
        crm.links(
            account_ids=[one.account_id for one in wanted], contact_ids=[wanted[0].contact_id]
        )
        == saved
    )


def test_saving_a_link_twice_is_the_same(crm: Crm, people: People) -> None:
    wanted, addresses = new_links(people(2))

    assert crm.save_links(wanted, addresses) == crm.save_links(wanted, addresses)


def address_of(raw: Api, link: Link) -> object:
    asked = {"select": ["uf_name"], "where": [["id", "=", link.id]]}
    return raw.call("UFMatch", "get", asked).rows[0]["uf_name"]


def test_link_is_moved_to_another_contact_with_its_address(
    crm: Crm, raw: Api, people: People
) -> None:
    wrong, right = people(2)
    (made,), addresses = new_links([wrong])
    (first,) = crm.save_links([made], addresses)

    other = {made.account_id: "somebody.else@example.org"}
    (moved,) = crm.save_links([Link(right, made.account_id)], other)

    assert isinstance(first, Link)
    assert moved == Link(right, made.account_id, first.id)
    assert address_of(raw, first) == addresses[made.account_id]
    assert crm.links(contact_ids=[wrong, right]) == [moved]


def test_contact_that_has_another_account_keeps_it_and_harms_nobody(
    crm: Crm, people: People
) -> None:
    taken, free = people(2)
    (old,), addresses = new_links([taken])
    crm.save_links([old], addresses)
    wanted, more = new_links([taken, free])

    refused, made = crm.save_links(wanted, more)

    assert isinstance(refused, Duplicate)
    assert old.account_id in str(refused)
    assert pairs([made]) == [(free, wanted[1].account_id)]
    assert pairs(list(crm.links(contact_ids=[taken]))) == [(taken, old.account_id)]


def test_contact_that_does_not_exist_is_refused_alone(crm: Crm, people: People) -> None:
    (here,) = people(1)
    wanted, addresses = new_links([here, 99_999_999])

    made, refused = crm.save_links(wanted, addresses)

    assert pairs([made]) == [(here, wanted[0].account_id)]
    assert isinstance(refused, RemoteError)


@pytest.mark.parametrize("fault", [LoseAnswer(), CutBody(), AnswerThenStatus(500)])
def test_link_whose_answer_was_lost_is_looked_up(
    wire: Wire, wired: Crm, people: People, fault: LoseAnswer
) -> None:
    wanted, addresses = new_links(people(2))
    wire.inject(fault, on=requests("POST", "UFMatch/save"))

    saved = wired.save_links(wanted, addresses)

    assert pairs(saved) == [(one.contact_id, one.account_id) for one in wanted]


def test_link_that_was_perhaps_made_is_unknown(wire: Wire, wired: Crm, people: People) -> None:
    wanted, addresses = new_links(people(1))
    wire.inject(Status(500, body=b"<h1>Error</h1>"), on=requests("POST", "UFMatch/save"))

    (saved,) = wired.save_links(wanted, addresses)

    assert isinstance(saved, UnknownOutcome)


def test_request_to_slow_down_is_passed_on(wire: Wire, wired: Crm, people: People) -> None:
    wanted, addresses = new_links(people(1))
    wire.inject(Status(429), on=requests("POST", "UFMatch/save"))

    with pytest.raises(RateLimited):
        wired.save_links(wanted, addresses)


def test_account_that_is_not_of_the_site_has_no_link(crm: Crm) -> None:
    assert crm.links(account_ids=["6b7c-uuid", "", "²"]) == []
    assert crm.links() == []


def test_many_links_are_asked_for_at_once(wire: Wire, wired: Crm, people: People) -> None:
    ids = people(2)
    wanted, addresses = new_links(ids)
    saved = wired.save_links(wanted, addresses)
    before = len(wire.acts)

    found = wired.links(contact_ids=[*range(5_000_000, 5_002_500), *ids])

    assert found == saved
    assert len(wire.acts) == before + 1
