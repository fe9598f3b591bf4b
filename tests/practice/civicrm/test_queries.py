"""What a `get` finds and shows."""

from typing import Any

import pytest

from latchkey.practice import database
from practice.civicrm import lab
from practice.civicrm.client import Client

UF = ["UFMatch AS uf", "LEFT", ["id", "=", "uf.contact_id"]]


def test_unreadable_join_is_dropped_without_a_word(crm: Client) -> None:
    reader = crm.as_holder_of(lab.LIMITED_KEY)

    rows = reader.values("Contact", "get", select=["id", "uf.uf_id"], join=[UF], limit=2)

    assert [set(row) for row in rows] == [{"id"}, {"id"}]


def test_unreadable_inner_join_filters_nothing(crm: Client) -> None:
    inner = ["UFMatch AS uf", "INNER", ["id", "=", "uf.contact_id"]]
    where = [["id", "IN", [203, lab.ANA]]]

    seen_by_admin = crm.ids(join=[inner], where=where)
    seen_by_reader = crm.as_holder_of(lab.LIMITED_KEY).ids(join=[inner], where=where)

    assert (seen_by_admin, seen_by_reader) == ([203], [203, lab.ANA])


def test_field_of_an_unreadable_join_is_invalid_in_where(crm: Client) -> None:
    reader = crm.as_holder_of(lab.LIMITED_KEY)

    answer = reader.answer("Contact", "get", join=[UF], where=[["uf.uf_id", "=", 1]])

    assert answer["error_code"] == "1"


def test_join_on_email_serves_as_email_primary_does(crm: Client) -> None:
    email = ["Email AS e", "LEFT", ["id", "=", "e.contact_id"], ["e.is_primary", "=", True]]

    rows = crm.values("Contact", "get", select=["e.email", "email_primary.email"], join=[email])

    assert rows
    assert all(row["e.email"] == row["email_primary.email"] for row in rows)


def test_join_without_conditions_follows_the_foreign_key(crm: Client) -> None:
    rows = crm.values(
        "Contact",
        "get",
        select=["e.email"],
        join=[["Email AS e", "INNER"]],
        where=[["id", "=", lab.ANA]],
    )

    assert rows == [{"id": lab.ANA, "e.email": "ana.lima@example.org"}]


def test_paths_lead_through_foreign_keys(crm: Client) -> None:
    crm.values("Contact", "update", values={"employer_id": 1}, where=[["id", "=", lab.ANA]])

    (row,) = crm.values(
        "Email",
        "get",
        select=["contact_id.employer_id.display_name"],
        where=[["contact_id", "=", lab.ANA]],
    )

    assert row["contact_id.employer_id.display_name"] == "Practice Organisation"


def test_wildcards_stand_for_every_field_of_a_table(crm: Client) -> None:
    (row,) = crm.values(
        "Contact",
        "get",
        select=["email_primary.*", "do_not_*"],
        where=[["id", "=", lab.ANA]],
    )

    assert row["email_primary.email"] == "ana.lima@example.org"
    assert {name for name in row if name.startswith("do_not_")} >= {"do_not_email", "do_not_sms"}


def test_field_of_another_type_of_contact_is_left_out_once_the_type_is_asked_for(
    crm: Client,
) -> None:
    fields = ["first_name", "gender_id:name", "organization_name", "nick_name"]
    where = [["id", "IN", [1, lab.ANA]]]

    plain = crm.values("Contact", "get", select=fields, where=where)
    typed = crm.values("Contact", "get", select=["contact_type", *fields], where=where)

    assert [set(row) for row in plain] == [{"id", *fields}] * 2
    assert [set(fields) - set(row) for row in typed] == [
        {"first_name", "gender_id:name"},
        {"organization_name"},
    ]


def test_groups_of_rows_are_counted(crm: Client) -> None:
    with database.transaction() as db:
        lab.email_of(db, lab.NO_EMAIL, "held@example.org")

    rows = crm.values(
        "Email",
        "get",
        select=["email", "COUNT(id) AS holders", "MIN(contact_id) AS first"],
        groupBy=["email"],
        having=[["holders", ">", 1]],
    )

    assert rows == [{"email": "held@example.org", "holders": 2, "first": lab.HELD}]


def test_count_goes_wrong_past_the_end(crm: Client) -> None:
    answer = crm.answer("Contact", "get", select=["id"], limit=5, offset=1000)

    assert (answer["values"], answer["count"]) == ([], 1000)


def test_row_count_beside_a_full_page_is_the_total(crm: Client) -> None:
    every = len(crm.ids())

    answer = crm.answer("Contact", "get", select=["row_count", "id"], limit=2)

    assert (answer["count"], answer["countFetched"]) == (every, 2)
    assert answer["countMatched"] == every


def test_keyset_pages_are_every_contact_once(crm: Client) -> None:
    pages: list[int] = []

    while page := crm.ids(where=[["id", ">", pages[-1] if pages else 0]], limit=4):
        pages += page

    assert pages == crm.ids()


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ([["last_name", "=", "ed"]], []),
        ([["last_name", "=", "ed"], ["is_deleted", "=", True]], [lab.TRASHED]),
        ([["id", "=", lab.TRASHED]], [lab.TRASHED]),
        ([["id", ">=", lab.TRASHED], ["id", "<=", lab.TRASHED]], []),
        ([["OR", [["is_deleted", "=", True], ["id", "=", 3]]]], [3, lab.TRASHED]),
        ([["NOT", [["id", ">", 3]]]], [1, 2, 3]),
        ([["email_primary.email", "IS NULL"], ["id", ">", 214]], [lab.NO_EMAIL]),
        ([["email_primary.email", "LIKE", "%@EXAMPLE.org"], ["id", "<", 205]], [203, 204]),
        ([["preferred_communication_method:name", "CONTAINS", "Fax"]], [4]),
        ([["preferred_communication_method:name", "CONTAINS", "SMS"]], []),
        ([["gender_id:name", "!=", "Male"]], [4, 5]),
        ([["gender_id:label", "IN", ["Female", "Nope"]]], [4, 5]),
        ([["first_name", "IS EMPTY"]], [1, 2]),
        ([["id", "BETWEEN", [3, 5]]], [3, 4, 5]),
        ([["id", "IN", []]], []),
        ([["sort_name", "=", "display_name", True], ["id", "=", 1]], [1]),
    ],
)
def test_conditions_find(crm: Client, where: list[Any], found: list[int]) -> None:
    assert crm.ids(where=where) == found


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"where": [["id", "~", 1]]}, "Illegal operator"),
        ({"orderBy": {"nosuch": "ASC"}}, "Invalid field 'nosuch'"),
        ({"orderBy": {"id": "SIDEWAYS"}}, "Invalid sort direction"),
        ({"groupBy": ["nosuch"]}, "Invalid field 'nosuch'"),
        ({"join": [["Nope AS n", "LEFT"]]}, "API (Nope, get) does not exist"),
        ({"join": [["Tag AS t", "LEFT", "GroupContact"]]}, "Unable to join Tag via GroupContact"),
        ({"join": [["Email AS e", "SIDEWAYS"]]}, "Illegal join type"),
    ],
)
def test_nonsense_is_refused(crm: Client, params: dict[str, Any], message: str) -> None:
    assert crm.answer("Contact", "get", **params)["error_message"].startswith(message)


def test_a_quote_in_a_value_is_only_a_quote(crm: Client) -> None:
    where = [["last_name", "=", "x' OR 1=1 --"]]

    assert crm.ids(where=where) == []


def test_what_needs_a_permission_is_hidden_from_others(crm: Client) -> None:
    reader = crm.as_holder_of(lab.LIMITED_KEY)

    (shown,) = reader.values("Contact", "get", where=[["id", "=", 203]])
    refused = reader.answer("Contact", "get", where=[["api_key", "LIKE", "%"]])

    assert "api_key" not in shown
    assert refused["status"] == 500


def test_custom_fields_are_searched_and_shown(crm: Client) -> None:
    crm.values("CustomGroup", "create", values={"title": "Access", "extends": "Contact"})
    field = {"custom_group_id:name": "Access", "label": "Level", "data_type": "Int"}
    (made,) = crm.values("CustomField", "create", values=field)
    crm.values("Contact", "update", values={"Access.Level": 7}, where=[["id", "=", lab.ANA]])

    rows = crm.values(
        "Contact",
        "get",
        select=["Access.Level", f"custom_{made['id']}"],
        where=[["Access.Level", "=", 7]],
    )

    assert rows == [{"id": lab.ANA, "Access.Level": 7, f"custom_{made['id']}": 7}]
