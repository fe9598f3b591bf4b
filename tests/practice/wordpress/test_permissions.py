"""Who may do what."""

import pytest

from practice.browsing import Program

NOBODY = ""


@pytest.mark.parametrize(
    ("method", "path", "body", "code"),
    [
        ("POST", "", {"username": "a", "email": "a@b.org", "password": "x"}, "cannot_create_user"),
        ("GET", "?context=edit", None, "forbidden_context"),
        ("GET", "?roles=author", None, "user_cannot_view"),
        ("GET", "?orderby=email", None, "forbidden_orderby"),
        ("GET", "/2", None, "user_cannot_view"),
        ("PATCH", "/1", {"roles": ["author"]}, "cannot_edit_roles"),
        ("PATCH", "/1", {"first_name": "x"}, "cannot_edit"),
        ("DELETE", "/1?force=true&reassign=false", None, "user_cannot_delete"),
        ("GET", "/me", None, "not_logged_in"),
    ],
)
def test_nobody_is_refused_with_401(
    method: str, path: str, body: object, code: str, standing: Program
) -> None:
    reply = Program(standing.url, NOBODY).ask(method, f"/wp/v2/users{path}", body)

    assert (reply.status, reply.json()["code"]) == (401, f"rest_{code}")


def test_wrong_password_reads_what_is_public(standing: Program) -> None:
    stranger = Program(standing.url, "latchkey", "wrong")

    assert stranger.ask("GET", "/wp/v2/users?_fields=slug").json() == [{"slug": "admin"}]


@pytest.mark.parametrize("name", ["latchkey", "LATCHKEY", "latchkey@example.org"])
@pytest.mark.parametrize("spaces", [" ", ""])
def test_application_password_counts_without_its_spaces(
    name: str, spaces: str, standing: Program
) -> None:
    program = Program(standing.url, name, standing.password.replace(" ", spaces))

    assert program.ask("GET", "/wp/v2/users/me?_fields=slug").json() == {"slug": "latchkey"}


def test_service_user_may_do_what_its_role_says_and_no_more(service: Program) -> None:
    created = service.create("victim").json()

    path = f"/wp/v2/users/{created['id']}?force=true&reassign=false"
    refused = service.ask("DELETE", path)

    assert refused.status == 403
    assert refused.headers["allow"] == "GET, POST, PUT, PATCH"


def test_capabilities_show_the_civicrm_permissions(standing: Program) -> None:
    held = standing.ask("GET", "/wp/v2/users/me?context=edit").json()["capabilities"]

    assert {"create_users", "administer_civicrm", "account_maker"} <= held.keys()


def test_capabilities_can_be_given_and_taken_back(service: Program) -> None:
    service.control(capabilities={"user": "latchkey", "capabilities": ["read"]})
    refused = service.create("early")

    service.control(capabilities={"user": "latchkey", "capabilities": None})

    assert refused.status == 403
    assert service.create("late").status == 201


def test_nobody_takes_the_own_power_to_edit_accounts_away(standing: Program) -> None:
    reply = standing.ask("POST", "/wp/v2/users/me", {"roles": ["subscriber"]})

    assert (reply.status, reply.json()["code"]) == (403, "rest_user_invalid_role")


def test_settings_are_the_administrators(service: Program, administrator: Program) -> None:
    assert service.ask("GET", "/wp/v2/settings").status == 403
    assert administrator.ask("GET", "/wp/v2/settings").json()["language"] == "en_US"
