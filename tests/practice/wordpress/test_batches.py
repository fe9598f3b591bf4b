"""Several writes in one request."""

from typing import Any

from practice.browsing import Program

USERS = "/wp/v2/users?_fields=id,username"


def creation(login: str, **more: Any) -> dict[str, Any]:
    account = {"username": login, "email": f"{login}@example.org", "password": "x", **more}
    return {"method": "POST", "path": USERS, "body": account}


def statuses(reply: Any) -> list[int]:
    return [single["status"] for single in reply.json()["responses"]]


def test_twenty_five_accounts_are_made_at_once(service: Program) -> None:
    reply = service.batch(*(creation(f"many{number}") for number in range(25)))

    assert reply.status == 207
    assert statuses(reply) == [201] * 25


def test_one_bad_account_harms_none_of_the_others(service: Program) -> None:
    reply = service.batch(
        creation("first"), creation("FIRST"), creation("bad", email="bad"), creation("last")
    )

    assert statuses(reply) == [201, 500, 400, 201]


def test_all_or_none_makes_none_when_one_is_not_valid(service: Program) -> None:
    reply = service.batch(
        creation("first"), creation("bad", email="bad"), validation="require-all-validate"
    )

    assert reply.json()["failed"] == "validation"
    assert service.create("first").status == 201


def test_deadlock_ends_the_batch_where_it_happened(service: Program) -> None:
    service.batch(creation("before"))
    service.control(deadlocks=1)

    reply = service.batch(creation("struck", roles=["member"]), creation("after"))

    found = service.ask("GET", "/wp/v2/users?slug=before,struck,after&context=edit").json()
    assert reply.status == 500
    assert {user["slug"]: user["roles"] for user in found} == {
        "before": ["subscriber"],
        "struck": [],
    }


def test_accounts_are_changed_in_a_batch_too(service: Program) -> None:
    created = service.create("changed").json()
    path = f"/wp/v2/users/{created['id']}?_fields=nickname"

    reply = service.batch({"method": "PATCH", "path": path, "body": {"nickname": "Nick"}})

    assert reply.json()["responses"][0]["body"] == {"nickname": "Nick"}


def test_options_tell_whether_accounts_go_in_batches(service: Program) -> None:
    before = service.ask("OPTIONS", "/wp/v2/users").json()["endpoints"][1]

    service.control(batch=False)

    after = service.ask("OPTIONS", "/wp/v2/users").json()["endpoints"][1]
    assert before["allow_batch"] == {"v1": True}
    assert "allow_batch" not in after


def test_batch_of_accounts_is_refused_where_the_site_is_too_old(service: Program) -> None:
    service.control(batch=False)

    reply = service.batch(creation("early"))

    assert statuses(reply) == [400]
    assert reply.json()["responses"][0]["body"]["code"] == "rest_batch_not_allowed"
