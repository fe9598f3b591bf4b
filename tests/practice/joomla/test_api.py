"""The practice Joomla's Web Services beyond what was recorded."""

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latchkey.practice import database
from latchkey.practice.joomla import TOKEN, seeding, users
from latchkey.practice.mailbox import messages
from latchkey.practice.people import people
from practice.browsing import Reply, send
from practice.joomla import lab
from practice.joomla.conftest import KIND

API = "/api/index.php/v1"
ANN = {
    "name": "Ann",
    "username": "ann",
    "email": "ann@example.org",
    "password": lab.PASSWORD,
    "groups": [2],
}
values = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
bodies = st.dictionaries(
    st.sampled_from([*ANN, "block", "params", "password2", "civi-contact-id"]),
    values | st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values),
)


def ask(site: str, method: str, path: str, body: Any = None, token: str = lab.SUPER_TOKEN) -> Reply:
    headers = {"Accept": "application/vnd.api+json", "X-Joomla-Token": token}
    text = None if body is None else json.dumps(body)
    return send(site, method, f"{API}{path}", text, headers)


def titles(reply: Reply) -> list[str]:
    return [one["title"] for one in reply.json()["errors"]]


def test_new_account_is_mailed_its_password_in_clear(joomla: str) -> None:
    made = ask(joomla, "POST", "/users", ANN)

    mails = messages.after(database.connection())
    assert made.status == 200
    assert [(mail.to, lab.PASSWORD in mail.text) for mail in mails] == [("ann@example.org", True)]


@pytest.mark.parametrize("switches", [{"mail_to_user": False}, {"user_plugin": False}])
def test_nothing_is_mailed_where_it_is_switched_off(switches: dict[str, bool], joomla: str) -> None:
    with database.transaction() as db:
        lab.turn(db, **switches)

    made = ask(joomla, "POST", "/users", ANN)

    assert made.status == 200
    assert messages.after(database.connection()) == []


def test_password_is_asked_for_only_where_none_is_mailed(joomla: str) -> None:
    bare = {"name": "Ann", "username": "ann"}
    mailing = ask(joomla, "POST", "/users", bare)
    with database.transaction() as db:
        lab.turn(db, mail_to_user=False)

    silent = ask(joomla, "POST", "/users", bare)

    assert titles(mailing) == ["Field required: Email"]
    assert titles(silent)[0].splitlines() == [
        "Field required: Password",
        "Field required: Confirm Password",
        "Field required: Email",
    ]


@pytest.mark.parametrize(("sent", "kept"), [("o'neill", "oneill"), ("a<b>c", "abc")])
def test_username_is_cleaned_without_a_word(sent: str, kept: str, joomla: str) -> None:
    made = ask(joomla, "POST", "/users", {**ANN, "username": sent})

    assert made.json()["data"]["attributes"]["username"] == kept


@pytest.mark.parametrize("username", ["a;b", " ann ", "x"])
def test_username_that_cannot_be_cleaned_is_refused(username: str, joomla: str) -> None:
    refused = ask(joomla, "POST", "/users", {**ANN, "username": username})

    assert refused.status == 400
    assert "valid username" in titles(refused)[0]


@pytest.mark.parametrize(
    ("permission", "method", "path"),
    [("core.create", "POST", "/users"), ("core.edit", "PATCH", "/users/819")],
)
def test_permission_that_lacks_is_a_403(
    permission: str, method: str, path: str, joomla: str
) -> None:
    with database.transaction() as db:
        lab.turn(db, denied=[permission])

    assert ask(joomla, method, path, ANN).status == 403


def test_registered_user_is_not_let_in(joomla: str) -> None:
    assert ask(joomla, "GET", "/users", token=lab.REGISTERED_TOKEN).status == 401


def test_blocked_user_is_not_let_in(joomla: str) -> None:
    with database.transaction() as db:
        users.change(db, 817, {"block": 1})

    assert ask(joomla, "GET", "/users", token=lab.ADMIN_TOKEN).status == 401


def test_list_has_twenty_where_no_limit_is_asked_for(joomla: str) -> None:
    with database.transaction() as db:
        for number in range(30):
            lab.add(db, f"other{number}")

    shown = ask(joomla, "GET", "/users").json()

    assert len(shown["data"]) == 20
    assert shown["meta"]["total-pages"] == 2


def test_page_beyond_the_end_is_not_found(joomla: str) -> None:
    assert ask(joomla, "GET", "/users?page[limit]=2&page[offset]=99").status == 404


def test_list_of_plugins_shows_no_parameters(joomla: str) -> None:
    shown = ask(joomla, "GET", "/plugins?filter[type]=user&filter[element]=joomla").json()

    attributes = shown["data"][0]["attributes"]
    assert (attributes["folder"], attributes["element"]) == ("user", "joomla")
    assert attributes["enabled"] == 1
    assert "params" not in attributes


@pytest.mark.parametrize("path", ["/nothing", "/users/abc", "/users/819/groups"])
def test_address_that_is_not_there_is_not_found(path: str, joomla: str) -> None:
    assert ask(joomla, "GET", path).status == 404


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # the site may keep what it got
)
@given(body=bodies)
def test_nothing_that_is_sent_breaks_it(body: dict[str, Any], joomla: str) -> None:
    made = ask(joomla, "POST", "/users", {**ANN, **body})
    changed = ask(joomla, "PATCH", "/users/819", body)

    for reply, groups in ((made, body.get("groups", [2])), (changed, body.get("groups"))):
        by_text = isinstance(groups, str)
        assert reply.status in ({200, 400, 500} if by_text else {200, 400}), reply.text


def test_home_is_filled_once(tmp_path: Path) -> None:
    database.open_home(tmp_path, KIND.schema)
    with database.transaction() as db:
        KIND.seed(db, 50, 1)
        first = [one.email for one in users.page(db, users.searched(""), 100, 0)]
        KIND.seed(db, 50, 1)
        second = [one.email for one in users.page(db, users.searched(""), 100, 0)]
        service = users.by_token(db, TOKEN)
    database.close_thread()

    known = {one.email for one in islice(people(50, 1), 20)}
    assert first == second
    assert len(first) == 2 + seeding.ACCOUNTS
    assert len(known & set(first)) == seeding.OF_CONTACTS
    assert service is not None
    assert service.username == seeding.SERVICE
