"""create, save, update, replace and delete."""

import pytest

from latchkey.practice import database
from practice.civicrm import lab
from practice.civicrm.client import Client

LONG_AGO = "2001-01-01 00:00:00"


def modified(crm: Client, contact_id: int = lab.ANA) -> str:
    (row,) = crm.values("Contact", "get", select=["modified_date"], where=[["id", "=", contact_id]])
    return str(row["modified_date"])


@pytest.fixture
def old(crm: Client) -> Client:
    """The lab, where nothing was changed for a long time."""
    with database.transaction() as db:
        db.execute("UPDATE civicrm_contact SET modified_date = ?", (LONG_AGO,))
    return crm


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        ("Email", {"contact_id": lab.ANA, "email": "new@example.org"}),
        ("Phone", {"contact_id": lab.ANA, "phone": "123"}),
        ("Address", {"contact_id": lab.ANA, "city": "Lima"}),
    ],
)
def test_contacts_date_moves_with_its_addresses(
    old: Client, entity: str, values: dict[str, object]
) -> None:
    old.values(entity, "create", values=values)

    assert modified(old) > LONG_AGO


def test_contacts_date_moves_with_the_contact(old: Client) -> None:
    old.values("Contact", "update", values={"job_title": "Cook"}, where=[["id", "=", lab.ANA]])

    assert modified(old) > LONG_AGO
    assert modified(old, lab.DEE) == LONG_AGO


def test_contacts_date_does_not_move_with_groups_and_tags(old: Client) -> None:
    old.values("GroupContact", "create", values={"group_id": 6, "contact_id": lab.ANA})
    old.values("EntityTag", "create", values={"tag_id": lab.LAB_TAG, "entity_id": lab.ANA})

    assert modified(old) == LONG_AGO


def test_names_follow_a_change_of_name(crm: Client) -> None:
    changed = {"last_name": "Lopes", "prefix_id:label": "Dr."}

    crm.values("Contact", "update", values=changed, where=[["id", "=", lab.ANA]])

    (row,) = crm.values(
        "Contact", "get", select=["display_name", "sort_name"], where=[["id", "=", lab.ANA]]
    )
    assert (row["display_name"], row["sort_name"]) == ("Dr. Ana Lopes", "Lopes, Ana")


def test_saving_what_matches_once_changes_it(crm: Client) -> None:
    record = {"external_identifier": "EXT-1", "job_title": "Cook"}

    (told,) = crm.values("Contact", "save", records=[record], match=["external_identifier"])

    assert (told["id"], told["first_name"], told["job_title"]) == (lab.ANA, "Ana", "Cook")


def test_saving_what_matches_twice_makes_a_third(crm: Client) -> None:
    twins = [{"first_name": "T", "last_name": "Win"}] * 2
    crm.values("Contact", "save", records=twins)

    crm.values("Contact", "save", records=twins[:1], match=["first_name", "last_name"])

    assert len(crm.ids(where=[["last_name", "=", "Win"]])) == 3


def test_bulk_save_keeps_what_came_before_the_error(crm: Client) -> None:
    records = [{"title": "One"}, {"title": "x"}, {"title": "Two"}]

    answer = crm.answer("Group", "save", records=records)

    assert answer["error_message"] == "DB Error: already exists"
    titles = {row["title"] for row in crm.values("Group", "get", select=["title"])}
    assert "One" in titles
    assert "Two" not in titles


def test_partial_saves_switch_breaks_one_bulk_save_in_the_middle(crm: Client) -> None:
    with database.transaction() as db:
        database.set_switch(db, "partial_saves", 1)
    records = [{"subject": str(n), "target_contact_id": [lab.ANA]} for n in range(3)]
    defaults = {"activity_type_id": 1, "source_contact_id": "user_contact_id"}

    broken = crm.answer("Activity", "save", records=records, defaults=defaults)
    kept = crm.values("Activity", "get", select=["subject", "target_contact_id"])
    again = crm.answer("Activity", "save", records=records, defaults=defaults)

    assert broken["error_message"] == "DB Error: constraint violation"
    assert [(row["subject"], row["target_contact_id"]) for row in kept] == [
        ("0", [str(lab.ANA)]),
        ("1", None),
    ]
    assert again["count"] == 3


def test_target_is_added_to_an_activity_that_has_none(crm: Client) -> None:
    values = {"activity_type_id": 1, "source_contact_id": 203, "subject": "lonely"}
    (made,) = crm.values("Activity", "create", values=values)

    crm.values(
        "Activity",
        "update",
        values={"target_contact_id": [lab.ANA]},
        where=[["id", "=", made["id"]], ["target_contact_id", "IS EMPTY"]],
    )

    found = crm.ids("Activity", where=[["target_contact_id", "CONTAINS", lab.ANA]])
    assert found == [made["id"]]
    assert crm.ids("Activity", where=[["target_contact_id", "!=", lab.ANA]]) == []


def test_only_one_email_is_primary(crm: Client) -> None:
    new = {"contact_id": lab.ANA, "email": "new@example.org", "is_primary": True}
    (made,) = crm.values("Email", "create", values=new)

    mine = [["contact_id", "=", lab.ANA]]
    assert crm.ids("Email", where=[*mine, ["is_primary", "=", True]]) == [made["id"]]


def test_another_email_becomes_primary_when_the_primary_one_goes(crm: Client) -> None:
    second = {"contact_id": lab.ANA, "email": "second@example.org"}
    (made,) = crm.values("Email", "create", values=second)

    crm.values("Email", "delete", where=[["id", "=", 203]])

    primary = crm.ids("Email", where=[["contact_id", "=", lab.ANA], ["is_primary", "=", True]])
    assert made["is_primary"] is False
    assert primary == [made["id"]]


def test_replace_leaves_exactly_the_given_records(crm: Client) -> None:
    mine = [["contact_id", "=", lab.ANA]]
    addresses = ["one@example.org", "two@example.org"]

    crm.values("Email", "replace", where=mine, records=[{"email": each} for each in addresses])

    rows = crm.values("Email", "get", select=["email"], where=mine)
    assert [row["email"] for row in rows] == addresses


def test_trashing_a_contact_ends_its_link(crm: Client) -> None:
    crm.values("Contact", "delete", where=[["id", "=", 205]])

    assert crm.ids("UFMatch", where=[["contact_id", "=", 205]]) == []
    assert crm.ids(where=[["id", "=", 205]]) == [205]


def test_contact_deleted_for_good_is_gone_with_all_it_had(crm: Client) -> None:
    crm.values("EntityTag", "create", values={"tag_id": lab.LAB_TAG, "entity_id": lab.ANA})

    crm.values("Contact", "delete", where=[["id", "=", lab.ANA]], useTrash=False)

    assert crm.ids(where=[["id", "=", lab.ANA]]) == []
    assert crm.ids("Email", where=[["contact_id", "=", lab.ANA]]) == []
    assert crm.ids("EntityTag") == []


@pytest.mark.parametrize("action", ["update", "delete"])
def test_changing_everything_takes_a_where(crm: Client, action: str) -> None:
    answer = crm.answer("Contact", action)

    assert answer["error_message"] == 'Parameter "where" is required.'


def test_reload_tells_the_record_as_it_is_now(crm: Client) -> None:
    (told,) = crm.values("Tag", "create", values={"label": "New one"}, reload=["name", "color"])

    assert (told["name"], told["color"]) == ("New_one", None)


def test_chained_calls_know_the_row_they_hang_on(crm: Client) -> None:
    emails = ["Email", "get", {"select": ["email"], "where": [["contact_id", "=", "$id"]]}, 0]

    (row,) = crm.values(
        "Contact", "get", select=["id"], where=[["id", "=", lab.ANA]], chain={"mail": emails}
    )

    assert row["mail"]["email"] == "ana.lima@example.org"
