"""Addresses, credentials and the forms of calls."""

import json
from urllib.parse import urlencode

import pytest

from latchkey.practice import database
from practice.browsing import FORM, Reply, send
from practice.civicrm import lab
from practice.civicrm.client import XHR, Client

CLEAN = "/civicrm/ajax/api4/Contact/get"
ALWAYS_THERE = "/?civiwp=CiviCRM&q=civicrm/ajax/api4/Contact/get"


def asked(crm: Client, address: str, **headers: str) -> Reply:
    body = urlencode({"params": json.dumps({"select": ["id"], "limit": 1})})
    return send(crm.url, "POST", address, body, {**FORM, **XHR, **headers})


def as_admin(crm: Client, address: str) -> Reply:
    return asked(crm, address, **{"X-Civi-Auth": f"Bearer {lab.ADMIN_KEY}"})


def test_both_addresses_answer(crm: Client) -> None:
    answers = [as_admin(crm, address).json() for address in (CLEAN, ALWAYS_THERE)]

    assert answers[0] == answers[1]
    assert answers[0]["count"] == 1


def test_clean_address_is_not_there_without_a_base_page(crm: Client) -> None:
    with database.transaction() as db:
        database.set_switch(db, "base_page", value=False)

    clean, always = as_admin(crm, CLEAN), as_admin(crm, ALWAYS_THERE)

    assert clean.status == 404
    assert "text/html" in clean.headers["content-type"]
    assert always.json()["count"] == 1


def test_who_asks_is_told_by_either_address(crm: Client) -> None:
    headers = {"X-Civi-Auth": f"Bearer {lab.LIMITED_KEY}"}
    clean = send(crm.url, "GET", "/civicrm/authx/id", None, headers)
    always = send(crm.url, "GET", "/?civiwp=CiviCRM&q=civicrm/authx/id", None, headers)

    expected = {"contact_id": 205, "user_id": 3, "flow": "xheader", "cred": "api_key"}
    assert clean.json() == always.json() == expected


def test_nobody_is_told_to_be_nobody(crm: Client) -> None:
    reply = send(crm.url, "GET", "/civicrm/authx/id", None, XHR)

    assert reply.status == 200
    assert set(reply.json().values()) == {None}


def test_keys_are_compared_with_regard_to_case(crm: Client) -> None:
    reply = crm.as_holder_of(lab.ADMIN_KEY.upper()).post("/Contact/get", {"params": {}})

    assert reply.status == 401
    assert reply.text == "HTTP 401 Invalid credential"


def test_key_of_somebody_in_the_trash_is_invalid(crm: Client) -> None:
    with database.transaction() as db:
        db.execute("UPDATE civicrm_contact SET is_deleted = 1 WHERE id = 205")

    reply = crm.as_holder_of(lab.LIMITED_KEY).post("/Contact/get", {"params": {}})

    assert reply.status == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {lab.ADMIN_KEY}"}])
def test_only_the_own_header_goes_without_x_requested_with(
    crm: Client, headers: dict[str, str]
) -> None:
    reply = send(crm.url, "POST", CLEAN, "params={}", {**FORM, **headers})

    assert reply.json()["error_message"].startswith("SECURITY ALERT")


def test_named_calls_answer_each_for_itself(crm: Client) -> None:
    calls = {
        "ok": ["Contact", "get", {"select": ["id"], "where": [["id", "=", lab.ANA]]}],
        "bad": ["Contact", "get", {"where": [["nosuch", "=", 1]]}],
        "first": ["Contact", "get", {"select": ["id"], "where": [["id", "=", 3]]}, 0],
    }

    answers = crm.post("", {"calls": calls}).json()

    assert answers["ok"]["values"] == [{"id": lab.ANA}]
    assert answers["bad"]["error_message"] == "Invalid field 'nosuch'"
    assert answers["first"]["values"] == {"id": 3}


def test_writes_of_one_request_stay_although_another_call_fails(crm: Client) -> None:
    calls = [
        ["Tag", "create", {"values": {"label": "Kept"}}],
        ["Tag", "create", {"values": {}}],
    ]

    _, failed = crm.post("", {"calls": calls}).json()

    assert "Mandatory values missing" in failed["error_message"]
    assert crm.answer("Tag", "get", where=[["name", "=", "Kept"]])["count"] == 1


def test_parameters_that_are_not_json_get_wordpress_error_page(crm: Client) -> None:
    reply = crm.post("/Contact/get", {"params": "{not json"})

    assert reply.status == 500
    assert "text/html" in reply.headers["content-type"]


@pytest.mark.parametrize("params", [{"limit": "many"}, {"where": [[]]}, {"where": 3}])
def test_parameters_of_a_wrong_shape_are_an_error_in_the_body(
    crm: Client, params: dict[str, object]
) -> None:
    reply = crm.post("/Contact/get", {"params": params})

    assert reply.status == 200
    assert reply.json()["status"] == 500


def test_call_that_is_none_harms_no_other(crm: Client) -> None:
    answers = crm.post("", {"calls": [3, ["Contact"], ["Contact", "get", {"limit": 1}]]}).json()

    assert [each.get("error_message") for each in answers] == ["Invalid parameters"] * 2 + [None]


@pytest.mark.parametrize("address", ["/civicrm/contact/view", "/civicrm/ajax/rest", "/civicrm/"])
def test_other_addresses_are_not_the_apis(crm: Client, address: str) -> None:
    assert as_admin(crm, address).status == 404
