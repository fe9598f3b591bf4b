"""Triggers are found, and contacts put in and taken out, each as often as one likes."""

from collections.abc import Callable

import pytest

from crm.refusals import BROUGHT_DOWN, REFUSAL, naming
from fakes.wire import Wire
from latchkey.crm.contract import Crm, Trigger, TriggerKind
from latchkey.remote.civicrm.api import Api
from latchkey.remote.errors import Missing, RejectedError, UnknownOutcome

People = Callable[..., list[int]]
MakeTrigger = Callable[..., Trigger]


def members(crm: Crm, trigger: Trigger) -> list[int]:
    return [id_ for page in crm.contact_ids([trigger]) for id_ in page]


def rows(raw: Api, group: Trigger) -> list[tuple[object, object]]:
    asked = {"select": ["contact_id", "status"], "where": [["group_id", "=", group.id]]}
    found = raw.call("GroupContact", "get", asked | {"orderBy": {"contact_id": "ASC"}}).rows
    return [(row["contact_id"], row["status"]) for row in found]


def removals(raw: Api, group: Trigger) -> list[object]:
    where = [["group_id", "=", group.id], ["status", "=", "Removed"]]
    asked = {"select": ["contact_id"], "where": where}
    return [row["contact_id"] for row in raw.call("SubscriptionHistory", "get", asked).rows]


def test_triggers_are_found_by_name_or_title_in_the_order_asked(crm: Crm) -> None:
    found = crm.triggers(["Website users", "Active_Members", "everybody"], ["Volunteer"])

    assert [(one.name, one.kind) for one in found] == [
        ("Website_users", TriggerKind.STATIC),
        ("Active_Members", TriggerKind.STATIC),
        ("Everybody", TriggerKind.PARENT),
        ("Volunteer", TriggerKind.TAG),
    ]


def test_smart_group_is_recognised(crm: Crm) -> None:
    (french,) = crm.triggers(["Contacts with preferred language French"], [])

    assert french.kind is TriggerKind.SMART
    assert not french.can_be_emptied


@pytest.mark.parametrize(("groups", "tags"), [(["No such"], []), ([], ["No such"])])
def test_unknown_trigger_is_missing(crm: Crm, groups: list[str], tags: list[str]) -> None:
    with pytest.raises(Missing, match="No such"):
        crm.triggers(groups, tags)


def test_group_switched_off_is_missing(crm: Crm, raw: Api, group: MakeTrigger) -> None:
    off = group()
    change = {"values": {"is_active": False}, "where": [["id", "=", off.id]]}
    raw.call("Group", "update", change)

    with pytest.raises(Missing):
        crm.triggers([off.name], [])


def test_title_of_two_groups_names_neither(crm: Crm, group: MakeTrigger) -> None:
    group(title="Twice the same")
    second = group(title="Twice the same")

    with pytest.raises(Missing, match="several groups"):
        crm.triggers(["Twice the same"], [])
    assert crm.triggers([second.name], []) == [second]


def test_hidden_group_is_not_offered_but_can_be_named(crm: Crm, group: MakeTrigger) -> None:
    hidden = group(is_hidden=True)

    assert hidden not in crm.groups()
    assert crm.triggers([hidden.name], []) == [hidden]


def test_forms_are_offered_groups_and_tags_for_contacts(crm: Crm, raw: Api) -> None:
    values = {"name": "For files", "label": "For files", "used_for": ["civicrm_file"]}
    raw.call("Tag", "create", {"values": values})

    assert {"Active Members", "Everybody", "Website users"} <= {one.title for one in crm.groups()}
    offered = {one.name for one in crm.tags()}
    assert {"Volunteer", "Website"} <= offered
    assert "For files" not in offered


def test_adding_to_a_group_twice_is_the_same(crm: Crm, people: People, group: MakeTrigger) -> None:
    ids, history = people(3), group()

    crm.add_to_group(history, ids)
    crm.add_to_group(history, ids)

    assert members(crm, history) == ids


def test_removal_keeps_contacts_as_removed_and_can_be_repeated(
    crm: Crm, raw: Api, people: People, group: MakeTrigger
) -> None:
    stays, leaves = people(2)
    trigger = group(stays, leaves)

    crm.remove_from_group(trigger, [leaves, 99_999_999])
    crm.remove_from_group(trigger, [leaves])

    assert rows(raw, trigger) == [(stays, "Added"), (leaves, "Removed")]
    assert members(crm, trigger) == [stays]
    assert removals(raw, trigger) == [leaves]


def test_contact_that_left_can_be_added_again(crm: Crm, people: People, group: MakeTrigger) -> None:
    (back,) = people(1)
    trigger = group(back)
    crm.remove_from_group(trigger, [back])

    crm.add_to_group(trigger, [back])

    assert members(crm, trigger) == [back]


@pytest.mark.parametrize("name", ["Everybody", "Contacts with preferred language French"])
def test_nothing_is_removed_from_smart_and_parent_groups(crm: Crm, raw: Api, name: str) -> None:
    (kept,) = crm.triggers([name], [])
    before = members(crm, kept)

    with pytest.raises(ValueError, match="cannot be taken out"):
        crm.remove_from_group(kept, before)

    assert rows(raw, kept) == []
    assert members(crm, kept) == before


def test_smart_group_takes_nobody(crm: Crm, people: People) -> None:
    (french,) = crm.triggers(["Contacts with preferred language French"], [])

    with pytest.raises(RejectedError, match="search decides"):
        crm.add_to_group(french, people(1))


def test_contact_that_cannot_be_added_harms_none_of_the_others(
    crm: Crm, people: People, group: MakeTrigger
) -> None:
    ids, history = people(5), group()
    among = [*ids[:2], 99_999_998, *ids[2:4], 99_999_999, ids[4]]

    refused = crm.add_to_group(history, among)

    assert sorted(refused) == [99_999_998, 99_999_999]
    assert all(isinstance(error, RejectedError) for error in refused.values())
    assert members(crm, history) == ids


@pytest.mark.parametrize("bad", [1, 25])
def test_contacts_that_bring_the_crm_down_harm_none_of_the_others(
    wire: Wire, wired: Crm, people: People, group: MakeTrigger, bad: int
) -> None:
    ids = people(30)
    trigger = group(*ids)
    for one in ids[:bad]:
        wire.inject(BROUGHT_DOWN, on=naming("GroupContact/update", one))

    refused = wired.remove_from_group(trigger, ids)

    assert sorted(refused) == ids[:bad]
    assert {type(error) for error in refused.values()} == {UnknownOutcome}
    assert members(wired, trigger) == ids[:bad]


def test_tagged_contact_that_cannot_be_freed_harms_none_of_the_others(
    wire: Wire, wired: Crm, people: People, tag: MakeTrigger
) -> None:
    ids = people(3)
    mark = tag(*ids)
    wire.inject(REFUSAL, on=naming("EntityTag/delete", ids[1]))

    refused = wired.remove_tag(mark, ids)

    assert list(refused) == [ids[1]]
    assert members(wired, mark) == [ids[1]]


def test_tagging_and_untagging_can_be_repeated(crm: Crm, people: People, tag: MakeTrigger) -> None:
    ids, mark = people(3), tag()

    crm.add_tag(mark, ids)
    crm.add_tag(mark, ids)
    assert members(crm, mark) == ids
    crm.remove_tag(mark, ids[:2])
    crm.remove_tag(mark, ids[:2])

    assert members(crm, mark) == ids[2:]


def test_group_is_no_tag_and_tag_no_group(
    crm: Crm, people: People, group: MakeTrigger, tag: MakeTrigger
) -> None:
    ids = people(1)

    for act, wrong in (
        (crm.add_to_group, tag()),
        (crm.remove_from_group, tag()),
        (crm.add_tag, group()),
        (crm.remove_tag, group()),
    ):
        with pytest.raises(ValueError, match="is not a"):
            act(wrong, ids)


def test_nobody_to_add_sends_nothing(crm: Crm, group: MakeTrigger, tag: MakeTrigger) -> None:
    crm.add_to_group(group(), [])
    crm.remove_from_group(group(), [])
    crm.add_tag(tag(), [])
    crm.remove_tag(tag(), [])
