"""Contacts are read in pages, each with all that a rule needs."""

from collections.abc import Callable

import pytest

from fakes.wire import Wire
from latchkey.crm.contract import Crm, Trigger
from latchkey.policy.values import Contact
from latchkey.remote.civicrm.answers import Unsupported
from latchkey.remote.civicrm.api import Api

People = Callable[..., list[int]]
MakeTrigger = Callable[..., Trigger]
NAMES = frozenset({"first_name", "last_name"})


def all_of(crm: Crm, trigger: Trigger, fields: frozenset[str] = NAMES) -> list[Contact]:
    return [contact for page in crm.contacts([trigger], fields) for contact in page]


def trash(raw: Api, contact_id: int) -> None:
    change = {"values": {"is_deleted": True}, "where": [["id", "=", contact_id]]}
    raw.call("Contact", "update", change)


def test_contacts_of_a_group_come_ascending_with_the_fields_asked(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    ids = people(3)

    found = all_of(crm, group(*reversed(ids)))

    assert [contact.id for contact in found] == ids
    assert {contact.values["last_name"] for contact in found} == {"Family"}
    assert all(contact.values.keys() == NAMES for contact in found)


def test_contact_carries_what_decisions_need(crm: Crm, people: People, group: MakeTrigger) -> None:
    people_group = group(*people(1, preferred_language="fr_FR", do_not_email=True))

    (contact,) = all_of(crm, people_group)

    assert contact.contact_type == "Individual"
    assert contact.email is not None
    assert contact.email.endswith("@example.org")
    assert (contact.language, contact.do_not_email) == ("fr_FR", True)
    assert (contact.on_hold, contact.is_deceased, contact.account_id) == (False, False, None)
    assert contact.modified


def test_contact_without_an_address_has_none(crm: Crm, raw: Api, group: MakeTrigger) -> None:
    values = {"contact_type": "Individual", "first_name": "Without", "last_name": "Address"}
    lonely = int(str(raw.call("Contact", "create", {"values": values}).rows[0]["id"]))

    (contact,) = all_of(crm, group(lonely))

    assert contact.email is None
    assert not contact.on_hold


@pytest.mark.parametrize(("stored", "on_hold"), [(0, False), (1, True), (2, True)])
def test_bouncing_and_opted_out_addresses_are_on_hold(
    crm: Crm, raw: Api, people: People, group: MakeTrigger, *, stored: int, on_hold: bool
) -> None:
    (held,) = people(1)
    change = {"values": {"on_hold": stored}, "where": [["contact_id", "=", held]]}
    raw.call("Email", "update", change)

    (contact,) = all_of(crm, group(held))

    assert contact.on_hold is on_hold


def test_deceased_contact_says_so(crm: Crm, people: People, group: MakeTrigger) -> None:
    (contact,) = all_of(crm, group(*people(1, is_deceased=True)))

    assert contact.is_deceased


def test_trashed_contact_is_not_in_a_trigger_but_is_found_by_id(
    crm: Crm, raw: Api, people: People, group: MakeTrigger
) -> None:
    kept, trashed = people(2)
    trigger = group(kept, trashed)
    trash(raw, trashed)

    assert [contact.id for contact in all_of(crm, trigger)] == [kept]
    assert list(crm.contact_ids([trigger])) == [[kept]]
    assert crm.count([trigger]) == 1
    assert crm.contacts_by_id([trashed], NAMES)[trashed].is_deleted


def test_contact_that_is_gone_is_absent(crm: Crm, people: People) -> None:
    (here,) = people(1)

    assert crm.contacts_by_id([here, 99_999_999], NAMES).keys() == {here}


def test_linked_contact_carries_its_account(
    crm: Crm, raw: Api, people: People, group: MakeTrigger
) -> None:
    (linked,) = people(1)
    values = {"uf_id": 70_001, "uf_name": "linked@example.org", "contact_id": linked}
    raw.call("UFMatch", "create", {"values": values})

    (contact,) = all_of(crm, group(linked))

    assert contact.account_id == "70001"


def test_contacts_in_any_of_the_triggers_come_once(
    crm: Crm, people: People, group: MakeTrigger, tag: MakeTrigger
) -> None:
    grouped, both, tagged, _neither = people(4)
    triggers = [group(grouped, both), tag(tagged, both), group(both)]

    assert list(crm.contact_ids(triggers)) == [[grouped, both, tagged]]
    assert crm.count(triggers) == 3


def test_no_trigger_holds_nobody(crm: Crm) -> None:
    assert list(crm.contact_ids([])) == []
    assert list(crm.contacts([], NAMES)) == []
    assert crm.count([]) == 0


def test_child_groups_count_with_their_parent(crm: Crm) -> None:
    everybody, members = crm.triggers(["Everybody", "Active Members"], [])

    assert crm.count([everybody]) == crm.count([members]) > 0


def test_smart_group_is_read_like_others(crm: Crm) -> None:
    (french,) = crm.triggers(["Contacts with preferred language French"], [])

    found = all_of(crm, french)

    assert {contact.language for contact in found} == {"fr_FR"}


def test_custom_field_is_found_by_its_number(
    crm: Crm, raw: Api, people: People, group: MakeTrigger
) -> None:
    title = {"title": "Access", "name": "access", "extends": "Individual"}
    raw.call("CustomGroup", "create", {"values": title})
    values = {"custom_group_id:name": "access", "label": "Role", "name": "role"}
    kinds = {"data_type": "String", "html_type": "Text"}
    row = raw.call("CustomField", "create", {"values": values | kinds}).rows[0]
    field = f"custom_{row['id']}"
    (contact_id,) = people(1, **{"access.role": "author"})

    (contact,) = all_of(crm, group(contact_id), frozenset({field}))

    assert contact.values == {field: "author"}


def test_custom_field_that_does_not_exist_is_named(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    trigger = group(*people(1))

    with pytest.raises(Unsupported, match="custom_4711"):
        all_of(crm, trigger, frozenset({"custom_4711"}))


def test_field_that_civicrm_drops_silently_stops_the_reading(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    trigger = group(*people(1))

    with pytest.raises(Unsupported, match="no_such_field"):
        all_of(crm, trigger, frozenset({"no_such_field"}))


def test_options_domain_and_primary_records_are_values_too(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    trigger = group(*people(1, **{"gender_id:name": "Female"}))
    fields = frozenset({"gender_id:label", "domain.name", "domain.city", "address_primary.city"})

    (contact,) = all_of(crm, trigger, fields)

    assert contact.values == {
        "gender_id:label": "Female",
        "domain.name": "Practice Organisation",
        "domain.city": None,
        "address_primary.city": None,
    }


def test_organisation_is_read_beside_people(crm: Crm, people: People, group: MakeTrigger) -> None:
    """CiviCRM leaves out of each row what contacts of its type do not have."""
    ids = [*people(1), *people(1, contact_type="Organization", organization_name="Org")]
    trigger = group(*ids)
    fields = frozenset({"first_name", "gender_id:label", "organization_name"})

    (page,) = crm.contacts([trigger], fields)

    assert [one.values["organization_name"] for one in page] == [None, "Org"]
    assert [bool(one.values["first_name"]) for one in page] == [True, False]
    assert not any(one.is_deceased for one in page)


def test_holders_are_living_untrashed_individuals_by_primary_address(
    crm: Crm, raw: Api, people: People
) -> None:
    shared = {"email_primary.email": "Shared.By.Many@example.org"}
    first, second = people(2, **shared)
    people(1, is_deceased=True, **shared)
    people(1, contact_type="Organization", organization_name="Org", **shared)
    (trashed,) = people(1, **shared)
    trash(raw, trashed)
    (other,) = people(1)
    second_address = {"contact_id": other, "email": "shared.by.many@example.org"}
    raw.call("Email", "create", {"values": second_address | {"is_primary": False}})

    found = crm.holders(["SHARED.by.many@example.org", "nobody.at.all@example.org"])

    assert found == {"shared.by.many@example.org": [first, second]}


def test_nobody_is_asked_for_without_addresses(crm: Crm) -> None:
    assert crm.holders(["", "  "]) == {}


def test_contact_made_has_the_address_as_primary(crm: Crm) -> None:
    contact_id = crm.create_contact("new.one@example.org", "New", "One")

    contact = crm.contacts_by_id([contact_id], NAMES)[contact_id]

    assert contact.email == "new.one@example.org"
    assert (contact.contact_type, contact.display_name) == ("Individual", "New One")
    assert crm.holders(["new.one@example.org"]) == {"new.one@example.org": [contact_id]}


@pytest.mark.parametrize(("stored", "on_hold"), [(0, False), (1, False), (2, True)])
def test_new_address_is_not_held_for_the_bounces_of_the_old_one(
    crm: Crm, raw: Api, people: People, *, stored: int, on_hold: bool
) -> None:
    (moved,) = people(1)
    change = {"values": {"on_hold": stored}, "where": [["contact_id", "=", moved]]}
    raw.call("Email", "update", change)

    crm.set_primary_email(moved, "moved@example.org")

    contact = crm.contacts_by_id([moved], frozenset())[moved]
    assert (contact.email, contact.on_hold) == ("moved@example.org", on_hold)


def test_one_page_is_one_request(
    wire: Wire, wired: Crm, people: People, group: MakeTrigger
) -> None:
    trigger = group(*people(5))
    before = len(wire.acts)

    all_of(wired, trigger)

    assert len(wire.acts) == before + 1


def test_checksum_is_verified_by_the_crm(crm: Crm, raw: Api, people: People) -> None:
    mine, other = people(2)
    row = raw.call("Contact", "getChecksum", {"contactId": mine, "ttl": 1}).rows[0]

    assert crm.validate_checksum(mine, str(row["checksum"]))
    assert not crm.validate_checksum(other, str(row["checksum"]))
    assert not crm.validate_checksum(mine, "x_1_2")


def test_synchronising_of_addresses_is_told(crm: Crm, raw: Api) -> None:
    assert crm.synchronises_email()

    raw.call("Setting", "set", {"values": {"syncCMSEmail": 0}})

    assert not crm.synchronises_email()
    raw.call("Setting", "set", {"values": {"syncCMSEmail": 1}})
