"""Static, smart and nested groups, tags, and the history of memberships."""

import pytest

from latchkey.practice import database
from latchkey.practice.civicrm import crowds
from practice.civicrm import lab
from practice.civicrm.client import Client

AGE = "UPDATE civicrm_group SET cache_date = datetime(cache_date, '-6 minutes')"


@pytest.fixture(autouse=True, params=[crowds.LARGE, 0], ids=["small", "large"])
def _as_if_groups_were(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large groups are asked about in another way and have to answer the same."""
    monkeypatch.setattr(crowds, "LARGE", request.param)


@pytest.fixture
def smart(crm: Client) -> int:
    """A smart group of the people called Lima."""
    params = {"select": ["id"], "where": [["last_name", "=", "Lima"]]}
    search = {"name": "limas", "api_entity": "Contact", "api_params": params}
    (saved,) = crm.values("SavedSearch", "create", values=search)
    group = {"title": "Limas", "saved_search_id": saved["id"]}
    return int(crm.values("Group", "create", values=group)[0]["id"])


def members(crm: Client, group_id: int) -> list[int]:
    return crm.ids(where=[["groups", "IN", [group_id]]])


def become_lima(crm: Client) -> None:
    crm.values("Contact", "update", values={"last_name": "Lima"}, where=[["id", "=", 3]])


def test_smart_group_is_cached(crm: Client, smart: int) -> None:
    before = members(crm, smart)
    become_lima(crm)

    assert before == members(crm, smart) == [lab.ANA]


def test_refresh_renews_a_smart_group(crm: Client, smart: int) -> None:
    members(crm, smart)
    become_lima(crm)

    crm.values("Group", "refresh", where=[["id", "=", smart]])

    assert members(crm, smart) == [3, lab.ANA]


def test_smart_group_is_renewed_after_five_minutes(crm: Client, smart: int) -> None:
    members(crm, smart)
    become_lima(crm)

    with database.transaction() as db:
        db.execute(AGE)

    assert members(crm, smart) == [3, lab.ANA]


def test_removed_row_keeps_a_person_out_of_a_smart_group(crm: Client, smart: int) -> None:
    row = {"group_id": smart, "contact_id": lab.ANA, "status": "Removed"}
    crm.values("GroupContact", "create", values=row)

    assert members(crm, smart) == []


def test_added_row_puts_a_person_into_a_smart_group(crm: Client, smart: int) -> None:
    crm.values("GroupContact", "create", values={"group_id": smart, "contact_id": lab.DEE})

    assert members(crm, smart) == [lab.ANA, lab.DEE]


def test_parent_covers_children_and_their_children(crm: Client, smart: int) -> None:
    (parent,) = crm.values("Group", "create", values={"title": "Parent"})
    (child,) = crm.values("Group", "create", values={"title": "Child", "parents": [parent["id"]]})
    crm.values("Group", "update", values={"parents": [child["id"]]}, where=[["id", "=", smart]])
    crm.values("GroupContact", "create", values={"group_id": child["id"], "contact_id": 4})

    assert members(crm, parent["id"]) == [4, lab.ANA]


def test_removed_members_are_not_in_a_group(crm: Client) -> None:
    pair = {"group_id": lab.LAB_MEMBERS, "contact_id": lab.ANA}
    crm.values("GroupContact", "create", values=pair)
    before = members(crm, lab.LAB_MEMBERS)

    where = [["group_id", "=", lab.LAB_MEMBERS], ["contact_id", "IN", [lab.ANA]]]
    crm.values("GroupContact", "update", values={"status": "Removed"}, where=where)

    assert (before, members(crm, lab.LAB_MEMBERS)) == ([lab.ANA], [])


def test_removing_from_a_parent_touches_nothing(crm: Client, smart: int) -> None:
    members(crm, smart)

    told = crm.values(
        "GroupContact",
        "update",
        values={"status": "Removed"},
        where=[["group_id", "=", smart], ["contact_id", "IN", [lab.ANA]]],
    )

    assert told == []
    assert members(crm, smart) == [lab.ANA]


def test_group_of_an_unknown_name_has_nobody(crm: Client) -> None:
    assert crm.ids(where=[["groups:name", "IN", ["nothing_of_the_kind"]]]) == []


def test_tagged_contacts_are_found_by_id_and_name(crm: Client) -> None:
    records = [{"entity_id": each} for each in (lab.ANA, lab.DEE)]
    crm.values("EntityTag", "save", records=records, defaults={"tag_id": lab.LAB_TAG})

    by_id = crm.ids(where=[["tags", "IN", [lab.LAB_TAG]]])
    by_name = crm.ids(where=[["tags:name", "IN", ["lab_tag"]]])
    others = crm.ids(where=[["tags", "NOT IN", [lab.LAB_TAG]], ["id", ">", 207]])

    assert by_id == by_name == [lab.ANA, lab.DEE]
    assert not {lab.ANA, lab.DEE} & set(others)
    assert others


def test_history_is_a_feed_whose_ids_only_grow(crm: Client) -> None:
    pair = {"group_id": lab.LAB_MEMBERS, "contact_id": lab.ANA}
    crm.values("GroupContact", "create", values=pair)
    (last,) = crm.ids("SubscriptionHistory", orderBy={"id": "DESC"}, limit=1)

    crm.values("GroupContact", "delete", where=[["contact_id", "=", lab.ANA]])
    crm.values("GroupContact", "create", values=pair)

    news = crm.values("SubscriptionHistory", "get", where=[["id", ">", last]])
    assert [each["status"] for each in news] == ["Deleted", "Added"]
    assert {each["method"] for each in news} == {"API"}
