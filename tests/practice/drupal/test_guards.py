"""What the practice Drupal guards: passwords against guessing, sessions, and links in mails."""

import json
import re

import pytest

from latchkey.practice.drupal import PASSWORD, SERVICE
from practice.browsing import Reply, basic, send
from practice.drupal.lab import TYPED, Lab
from practice.drupal.scenes import ALICE, CAROL, FRANK, Scene

LOGIN = "/user/login?_format=json"


@pytest.fixture
def alice(lab: Lab) -> Lab:
    lab.set_up(Scene((ALICE, CAROL)))
    return lab


def test_sixth_log_in_is_blocked_and_says_so(alice: Lab) -> None:
    wrong = [_log_in(alice, "not the one").status for _ in range(5)]

    blocked = _log_in(alice, TYPED)

    assert wrong == [400] * 5
    assert blocked.status == 403
    assert "temporarily blocked" in blocked.text


def test_log_in_that_succeeds_forgets_failures(alice: Lab) -> None:
    for _ in range(4):
        _log_in(alice, "not the one")
    assert _log_in(alice, TYPED).status == 200

    again = [_log_in(alice, "not the one").status for _ in range(4)]

    assert (again, _log_in(alice, TYPED).status) == ([400] * 4, 200)


def test_block_of_one_way_in_leaves_the_other(alice: Lab) -> None:
    for _ in range(5):
        alice.ask("GET", "/jsonapi", **basic("alice", "not the one"))

    assert _log_in(alice, TYPED).status == 200


def test_fifty_failures_block_the_address_for_everybody(alice: Lab) -> None:
    for number in range(50):
        _log_in(alice, "not the one", name=f"nobody{number}")

    blocked = _log_in(alice, TYPED)

    assert blocked.status == 403
    assert "IP based flood" in blocked.text


def test_blocked_account_cannot_log_in(lab: Lab) -> None:
    lab.set_up(Scene((FRANK,)))

    refused = _log_in(lab, TYPED, name="frank")

    assert refused.status == 400
    assert "blocked" in refused.text


def test_blocking_an_account_ends_its_sessions(alice: Lab) -> None:
    cookie = _log_in(alice, TYPED).headers["set-cookie"].partition(";")[0]
    before = _me(alice, cookie)
    account = f"/user/{alice.numbers['alice']}?_format=json"

    alice.ask("PATCH", account, {"status": [{"value": False}]}, **basic(SERVICE, PASSWORD))

    assert (before, _me(alice, cookie)) == (ALICE.uuid, None)


def test_link_of_a_mail_works_once_and_sets_a_password(alice: Lab) -> None:
    alice.ask("POST", "/user/password?_format=json", {"name": "alice"})
    link = alice._link_to(ALICE)

    led = alice.ask("GET", link)
    again = alice.ask("GET", link)
    chance = led.headers["set-cookie"].partition(";")[0]
    page = re.sub(r"/\d+/[\w-]+$", "", link)
    form = {"Cookie": chance, "Content-Type": "application/x-www-form-urlencoded"}
    saved = _posted(alice, page, "pass=another-One-2", form)

    assert (led.status, again.status, saved.status) == (302, 403, 200)
    assert _log_in(alice, "another-One-2").status == 200
    assert _log_in(alice, TYPED).status == 400


def test_password_cannot_be_set_without_a_link(alice: Lab) -> None:
    refused = alice.ask("GET", f"/user/reset/{alice.numbers['alice']}")

    assert refused.status == 403


def test_guest_sees_the_own_account_and_nobody_elses(alice: Lab) -> None:
    shown = alice.ask("GET", "/jsonapi/user/user", **basic("alice", TYPED)).json()["data"]

    assert [one["id"] for one in shown] == [ALICE.uuid]
    assert "status" not in shown[0]["attributes"]


def test_switch_that_there_is_not_is_refused(lab: Lab) -> None:
    assert lab.ask("POST", "/practice/control", {"no_such_switch": True}).status == 400


def _log_in(lab: Lab, password: str, name: str = "alice") -> Reply:
    return lab.ask("POST", LOGIN, {"name": name, "pass": password})


def _me(lab: Lab, cookie: str) -> str | None:
    told = json.loads(lab.ask("GET", "/jsonapi", Cookie=cookie).text)
    me = told.get("meta", {}).get("links", {}).get("me", {}).get("meta", {})
    identifier: str | None = me.get("id")
    return identifier


def _posted(lab: Lab, address: str, body: str, headers: dict[str, str]) -> Reply:
    return send(lab.url, "POST", address, body, headers)
