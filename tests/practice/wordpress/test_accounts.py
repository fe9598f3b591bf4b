"""Accounts are created, changed and deleted as WordPress with CiviCRM does it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from practice.browsing import Program


def test_deadlock_leaves_an_account_without_roles_and_link(administrator: Program) -> None:
    administrator.control(deadlocks=1)

    reply = administrator.create("half", roles=["subscriber"])

    found = administrator.ask("GET", "/wp/v2/users?search=half@example.org&context=edit").json()
    links = administrator.civicrm("UFMatch", "get", where=[["uf_id", "=", found[0]["id"]]])
    assert reply.status == 500
    assert reply.json()["code"] == "internal_server_error"
    assert found[0]["roles"] == []
    assert links == []


def test_setting_the_role_after_a_deadlock_makes_the_link(administrator: Program) -> None:
    administrator.control(deadlocks=1)
    administrator.create("half", roles=["subscriber"])
    found = administrator.ask("GET", "/wp/v2/users?search=half@example.org&context=edit").json()

    repaired = administrator.ask(
        "POST", f"/wp/v2/users/{found[0]['id']}", {"roles": ["subscriber"]}
    )

    links = administrator.civicrm("UFMatch", "get", where=[["uf_id", "=", found[0]["id"]]])
    assert repaired.json()["roles"] == ["subscriber"]
    assert len(links) == 1


def test_deadlock_shows_a_page_to_whoever_did_not_ask_for_json(administrator: Program) -> None:
    administrator.control(deadlocks=1)

    reply = administrator.ask(
        "POST",
        "/wp/v2/users?username=half&email=half@example.org&password=x",
        **{"Accept": "text/html", "Content-Type": "text/plain"},
    )

    assert reply.status == 500
    assert reply.headers["content-type"].startswith("text/html")
    assert "critical error" in reply.text


def test_address_of_one_contact_links_it_and_makes_none(service: Program) -> None:
    values = {"contact_type": "Individual", "first_name": "One", "last_name": "Holder"}
    contact = service.civicrm("Contact", "create", values=values)[0]
    address = {"contact_id": contact["id"], "email": "One.Holder@example.org"}
    service.civicrm("Email", "create", values=address)

    created = service.create("one.holder", first_name="Somebody").json()

    links = service.civicrm("UFMatch", "get", where=[["uf_id", "=", created["id"]]])
    assert [link["contact_id"] for link in links] == [contact["id"]]


def test_address_of_no_contact_makes_one(service: Program) -> None:
    created = service.create("newcomer", first_name="New", last_name="Comer").json()

    links = service.civicrm(
        "UFMatch",
        "get",
        select=["contact_id.display_name"],
        where=[["uf_id", "=", created["id"]]],
    )
    assert [link["contact_id.display_name"] for link in links] == ["New Comer"]


def test_deleted_account_leaves_its_contact(administrator: Program) -> None:
    created = administrator.create("leaver").json()
    where = [["uf_id", "=", created["id"]]]
    contact_id = administrator.civicrm("UFMatch", "get", where=where)[0]["contact_id"]

    path = f"/wp/v2/users/{created['id']}?force=true&reassign=false"
    reply = administrator.ask("DELETE", path)

    contacts = administrator.civicrm("Contact", "get", where=[["id", "=", contact_id]])
    assert reply.json()["deleted"] is True
    assert administrator.civicrm("UFMatch", "get", where=where) == []
    assert len(contacts) == 1


def test_of_parallel_creates_with_one_address_one_succeeds(service: Program) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(
            pool.map(lambda n: service.create(f"twin{n}", email="twin@example.org"), range(4))
        )

    statuses = sorted(reply.status for reply in replies)
    assert statuses == [201, 500, 500, 500]
    assert {reply.json()["code"] for reply in replies if reply.status == 500} == {
        "existing_user_email"
    }


@pytest.mark.parametrize(
    ("account", "status", "code"),
    [
        ({"login": "x" * 61}, 500, "user_login_too_long"),
        ({"login": "LATCHKEY"}, 500, "existing_user_login"),
        ({"login": "a", "email": "Latchkey@Example.ORG"}, 500, "existing_user_email"),
        ({"login": "a", "roles": ["nosuch"]}, 400, "rest_user_invalid_role"),
        ({"login": "a", "locale": "xx_XX"}, 400, "rest_invalid_param"),
        ({"login": "Żółć"}, 400, "rest_invalid_param"),
    ],
)
def test_account_that_cannot_be_is_refused(
    account: dict[str, Any], status: int, code: str, standing: Program
) -> None:
    reply = standing.create(**account)

    assert (reply.status, reply.json()["code"]) == (status, code)


def test_refused_account_leaves_nothing_behind(service: Program) -> None:
    service.create("ghost", roles=["nosuch"])

    assert service.create("ghost").status == 201


def test_account_in_another_installed_language_is_made(service: Program) -> None:
    assert service.create("hans", locale="de_DE").json()["locale"] == "de_DE"


def test_long_usernames_get_slugs_of_their_own(service: Program) -> None:
    slugs = [service.create("y" * 58 + letter).json()["slug"] for letter in "ab"]

    assert slugs == ["y" * 50, "y" * 48 + "-2"]


def test_update_keeps_what_it_does_not_name(service: Program) -> None:
    created = service.create("keeper", first_name="Ann", roles=["member"]).json()

    changed = service.ask("PATCH", f"/wp/v2/users/{created['id']}", {"last_name": "Lee"}).json()

    assert changed == {**created, "last_name": "Lee"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "other"}, "rest_user_invalid_argument"),
        ({"slug": "admin"}, "rest_user_invalid_slug"),
        ({"email": "admin@example.org"}, "rest_user_invalid_email"),
        ({"roles": ["nosuch"]}, "rest_user_invalid_role"),
        ({"password": ""}, "rest_invalid_param"),
    ],
)
def test_change_that_cannot_be_is_refused(
    change: dict[str, object], code: str, service: Program
) -> None:
    created = service.create("steady").json()

    reply = service.ask("PUT", f"/wp/v2/users/{created['id']}", change)

    assert (reply.status, reply.json()["code"]) == (400, code)
