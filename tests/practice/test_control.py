"""The switches of the practice world."""

import json

import pytest
from werkzeug.test import Client

from fakes.practice import RunningPractice, start_practice
from latchkey.practice import server
from practice.browsing import FORM, Browser, Program, send


def test_switches_are_shown_and_turned(service: Program) -> None:
    before = send(service.url, "GET", "/practice/control", None, {}).json()

    after = service.control(deadlocks=3, batch=False).json()

    assert (before["deadlocks"], before["batch"]) == (0, True)
    assert after == {**before, "deadlocks": 3, "batch": False}


@pytest.mark.parametrize(
    "orders",
    [
        {"nosuch": True},
        {"batch": 1},
        {"deadlocks": True},
        {"deadlocks": "1"},
        {"grant": {"user": "nobody", "permissions": []}},
        {"grant": {"user": "latchkey", "permissions": "all"}},
        {"grant": "latchkey"},
        {"capabilities": {"user": "latchkey", "capabilities": [1]}},
        {"application_password": {"user": "latchkey"}},
    ],
)
def test_bad_order_is_refused_and_nothing_is_turned(
    orders: dict[str, object], standing: Program
) -> None:
    reply = standing.control(maintenance=True, **orders)

    assert reply.status == 400
    assert reply.json()["error"]
    assert standing.ask("GET", "/wp/v2/users/me").status == 200


def test_form_turns_no_switch(standing: Program) -> None:
    orders = json.dumps({"maintenance": True})

    assert send(standing.url, "POST", "/practice/control", orders, FORM).status == 400


def test_switches_are_out_of_reach_from_other_machines() -> None:
    reply = Client(server.application).get(
        "/practice/control", environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )

    assert reply.status_code == 403


def test_site_in_maintenance_answers_503_pages(service: Program, browser: Browser) -> None:
    service.control(maintenance=True)

    reply = service.ask("GET", "/wp/v2/users/me")

    assert reply.status == 503
    assert reply.headers["content-type"].startswith("text/html")
    assert browser.get("/mailbox/").status == 200


def test_granted_permissions_replace_the_old_ones(service: Program) -> None:
    service.control(grant={"user": "latchkey", "permissions": ["access CiviCRM"]})

    held = service.ask("GET", "/wp/v2/users/me?context=edit").json()["capabilities"]

    assert "access_civicrm" in held
    assert "administer_civicrm" not in held


def test_switches_stay_over_a_restart(practice: RunningPractice, service: Program) -> None:
    service.control(batch=False)
    practice.stop()

    again = start_practice(practice.home)

    switches = send(again.url, "GET", "/practice/control", None, {}).json()
    again.stop()
    assert switches["batch"] is False
