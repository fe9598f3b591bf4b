"""CiviCRMs that are older, or serve several organisations, or hide fields."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from crm.scripted import TWO, Params, Rows, Scripted, domain, selected
from latchkey.crm.contract import Crm, PollRequest, Trigger, TriggerKind
from latchkey.remote.civicrm.answers import Unsupported
from latchkey.remote.errors import SiteError, UnknownOutcome

Connect = Callable[..., Crm]
GROUP = Trigger(TriggerKind.STATIC, 2, "g", "G")
ROW: dict[str, object] = {
    "id": 7,
    "contact_type": "Individual",
    "display_name": "Ana Lima",
    "is_deceased": False,
    "is_deleted": False,
    "do_not_email": False,
    "preferred_language": None,
    "modified_date": "2026-01-01 00:00:00",
    "first_name": "Ana",
}
PRIMARY: dict[str, object] = {
    "email_primary.email": "ana@example.org",
    "email_primary.on_hold": 0,
    "phone_primary.phone": "123",
}
LINK: dict[str, object] = {"uf.uf_id": 5}


def contacts_before(names_primary: bool) -> Callable[[Params], Rows]:  # noqa: FBT001 - one thing varies
    """Contact.get as it was when `email_primary` was not known, unless a join is named so."""

    def answer(params: Params) -> Rows:
        if params["select"] == ["id"]:
            return TWO
        joined = {str(join[0]).split(" AS ")[1] for join in params["join"]}
        known = ROW | LINK
        for name, value in PRIMARY.items():
            if names_primary or name.split(".")[0] in joined:
                known = known | {name: value}
        return [selected(known, params)]

    return answer


def scripted(version: str, contacts: Callable[[Params], Rows]) -> Scripted:
    return Scripted(
        {
            "UFMatch.get": lambda _: [],
            "Domain.get": lambda _: [domain(version)],
            "Contact.get": contacts,
        }
    )


def joins(civicrm: Scripted) -> list[list[Any]]:
    return [params.get("join", []) for name, params in civicrm.asked if name == "Contact.get"]


@pytest.mark.parametrize("version", ["5.39.1", "5.52.3", "5.60.0", "6.12.alpha1", "unreadable"])
def test_primary_address_is_found_in_every_version(
    httpserver: HTTPServer, connected: Connect, version: str
) -> None:
    civicrm = scripted(version, contacts_before(names_primary=False))
    crm = connected(civicrm.serve(httpserver))

    (page,) = crm.contacts([GROUP], frozenset({"first_name", "phone_primary.phone"}))

    assert page[0].email == "ana@example.org"
    assert page[0].values == {"first_name": "Ana", "phone_primary.phone": "123"}
    assert page[0].account_id == "5"


def test_join_is_left_out_where_it_is_not_needed(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    crm = connected(civicrm.serve(httpserver))

    list(crm.contacts([GROUP], frozenset()))

    assert joins(civicrm)[-1] == [["UFMatch AS uf", "LEFT", ["id", "=", "uf.contact_id"]]]


def test_version_that_surprises_is_remembered(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=False))
    crm = connected(civicrm.serve(httpserver))

    list(crm.contacts([GROUP], frozenset()))
    before = len(civicrm.asked)
    list(crm.contacts([GROUP], frozenset()))

    assert len(civicrm.asked) == before + 1


def test_links_that_are_hidden_stop_the_reading(httpserver: HTTPServer, connected: Connect) -> None:
    hidden = scripted("5.77.0", lambda params: [selected(ROW | PRIMARY, params)] * 2)
    crm = connected(hidden.serve(httpserver))

    with pytest.raises(Unsupported, match='"administer CiviCRM"'):
        list(crm.contacts([GROUP], frozenset()))


def test_links_of_other_domains_are_kept_apart(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    several = [domain("5.77.0", 1), domain("5.77.0", 4)]
    civicrm.answers["Domain.get"] = lambda params: several[1:] if "where" in params else several
    crm = connected(civicrm.serve(httpserver))

    list(crm.contacts([GROUP], frozenset()))
    crm.links(contact_ids=[7])

    assert joins(civicrm)[-1][0][3:] == [["uf.domain_id", "=", 4]]
    assert ["domain_id", "=", 4] in civicrm.asked[-1][1]["where"]


def test_domain_that_is_hidden_matters_only_where_it_is_named(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    civicrm.denied = frozenset({"Domain.get"})
    crm = connected(civicrm.serve(httpserver))

    (page,) = crm.contacts([GROUP], frozenset())
    with pytest.raises(SiteError, match=r"domain\.name"):
        list(crm.contacts([GROUP], frozenset({"domain.name"})))

    assert page[0].id == 7


def test_domain_is_read_once(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    crm = connected(civicrm.serve(httpserver))
    fields = frozenset({"domain.name", "domain.email", "domain.phone"})

    (page,) = crm.contacts([GROUP], fields)
    before = len(civicrm.asked)
    list(crm.contacts([GROUP], fields))

    assert page[0].values == {
        "domain.name": "Org",
        "domain.email": "ana@example.org",
        "domain.phone": "123",
    }
    assert len(civicrm.asked) == before + 1


def test_address_that_was_dropped_silently_is_made_afterwards(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = Scripted(
        {
            "Contact.create": lambda _: [{"id": "9"}],
            "Email.get": lambda _: [],
            "Email.create": lambda _: [{"id": 1}],
        }
    )
    crm = connected(civicrm.serve(httpserver))

    assert crm.create_contact("new@example.org", "New", "One") == 9
    assert civicrm.asked[-1] == (
        "Email.create",
        {"values": {"contact_id": 9, "email": "new@example.org", "is_primary": True}},
    )


def test_contact_of_which_nothing_came_back_was_perhaps_made(
    httpserver: HTTPServer, connected: Connect
) -> None:
    crm = connected(Scripted({"Contact.create": lambda _: []}).serve(httpserver))

    with pytest.raises(UnknownOutcome):
        crm.create_contact("new@example.org", "New", "One")


def test_record_without_an_address_is_no_address(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    stored: Rows = [{"email": None}, {"email": " ana@example.org"}, {"email": ""}]
    civicrm.answers["Email.get"] = lambda _: stored
    crm = connected(civicrm.serve(httpserver))

    assert crm.addresses(7) == ["ana@example.org"]


def test_custom_fields_are_looked_up_once(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = scripted("5.77.0", contacts_before(names_primary=True))
    civicrm.answers["CustomField.get"] = lambda _: [
        {"id": "12", "name": "role", "custom_group_id.name": "access"}
    ]
    known = ROW | PRIMARY | LINK | {"access.role": "a", "access.role:label": "A"}
    civicrm.answers["Contact.get"] = lambda params: (
        TWO if params["select"] == ["id"] else [selected(known, params)]
    )
    crm = connected(civicrm.serve(httpserver))
    fields = frozenset({"custom_12", "custom_12:label"})

    (page,) = crm.contacts([GROUP], fields)
    list(crm.contacts([GROUP], fields))

    assert page[0].values == {"custom_12": "a", "custom_12:label": "A"}
    assert [name for name, _ in civicrm.asked].count("CustomField.get") == 1


def test_page_that_does_not_follow_is_an_error(httpserver: HTTPServer, connected: Connect) -> None:
    same = [{"id": id_} for id_ in range(1, 1001)]
    civicrm = scripted("5.77.0", lambda params: same if params["limit"] > 2 else TWO)
    crm = connected(civicrm.serve(httpserver))

    with pytest.raises(SiteError, match="do not follow"):
        list(crm.contact_ids([GROUP]))


def test_trashed_contacts_are_left_out_in_so_many_words(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = scripted("5.77.0", lambda _: TWO)
    crm = connected(civicrm.serve(httpserver))

    list(crm.contact_ids([GROUP]))
    crm.count([GROUP])
    crm.poll([PollRequest(GROUP, standing=False)])

    # A filter on `id` shows trashed contacts, and paging has one.
    asked = [params["where"] for name, params in civicrm.asked if "where" in params]
    assert len(asked) == 3
    assert all(["is_deleted", "=", False] in where for where in asked)


def test_tags_have_no_label_in_older_versions(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = scripted("5.39.0", lambda _: TWO)
    civicrm.answers["Tag.get"] = lambda _: [{"id": 4, "name": "VIP", "used_for": "civicrm_contact"}]
    crm = connected(civicrm.serve(httpserver))

    assert crm.tags() == [Trigger(TriggerKind.TAG, 4, "VIP", "VIP")]
