"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

import pytest
from pytest_httpserver import HTTPServer

from latchkey.policy.values import Account
from latchkey.remote.doors import Doors
from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.drupal import rest_resource
from latchkey.sites.drupal.access import Access
from latchkey.sites.drupal.documents import listed, parsed
from latchkey.sites.drupal.jsonapi import JsonApi
from latchkey.sites.drupal.mailing import told
from latchkey.sites.drupal.reading import Reader
from latchkey.sites.drupal.refusals import Asked, error_for
from latchkey.sites.drupal.roles import RoleBook
from latchkey.sites.drupal.users import account_from, roles_in
from latchkey.sites.drupal.writing import Write, Writer
from sites.drupal.outcomes import NEVER_ASKED, OUTCOMES
from sites.drupal.replay import Recording, Replay, all_recordings

KINDS = (Conflict, Missing, RejectedError, TransientError, UnknownOutcome, SiteError)
UNKNOWN_ROLE = "11111111-2222-4333-8444-555555555555"
KEPT_FROM_US = {
    "entry_point_service_account_flood_blocked_right_password",
    "entry_point_wrong_password",
    "lookup_wrong_password",
    "password_reset_without_format",
}


def is_error(recording: Recording) -> bool:
    """Whether something went wrong, or was kept from us without a word."""
    if recording.method == "EXEC":
        return recording.status != 0 or '"error"' in recording.body["stdout"]
    return recording.status >= 400 or recording.name in KEPT_FROM_US


ERRORS = [one for one in all_recordings() if is_error(one)]
USERS = [
    (f"{one.name} {number}", row)
    for one in all_recordings()
    if isinstance(one.body, dict)
    for number, row in enumerate(listed(one.body.get("data")) or listed([one.body.get("data")]))
    if row.get("type") == "user--user" and {"name", "mail", "status"} <= set(row["attributes"])  # type: ignore[call-overload]
]


@pytest.fixture
def api(httpserver: HTTPServer) -> Iterator[Callable[[Recording], JsonApi]]:
    opened: list[Access] = []
    secrets = {"password": Secret("made up")}
    connection = SiteConnection(
        UUID(int=1), "www", "drupal", httpserver.url_for(""), {"username": "latchkey"}, secrets
    )

    def replaying(recording: Recording) -> JsonApi:
        httpserver.expect_request(re.compile(".*")).respond_with_handler(Replay(recording))
        opened.append(Access(connection, Doors()))
        return JsonApi(opened[0])

    yield replaying
    for access in opened:
        access.close()


def test_every_recorded_error_has_an_outcome() -> None:
    assert {recording.name for recording in ERRORS} == {*OUTCOMES, *NEVER_ASKED}


@pytest.mark.parametrize(
    "recording", [one for one in ERRORS if one.name in OUTCOMES], ids=lambda one: one.name
)
def test_recorded_error_becomes(recording: Recording, api: Callable[[Recording], JsonApi]) -> None:
    (outcome,) = replayed(api(recording), recording)

    expected = OUTCOMES[recording.name]
    assert next(kind for kind in KINDS if isinstance(outcome, kind)) is expected.kind
    assert expected.words in str(outcome)


@pytest.mark.parametrize("row", [row for _, row in USERS], ids=[name for name, _ in USERS])
def test_recorded_user_becomes_an_account(row: dict[str, Any]) -> None:
    account = account_from(row, str)

    assert account is not None
    assert (account.id, account.username) == (row["id"], row["attributes"]["name"])
    assert account.active is row["attributes"]["status"]
    assert account.roles == {name for _, name in roles_in(row)}


def test_recorded_list_of_roles_is_known_to_be_kept_from_us(
    api: Callable[[Recording], JsonApi],
) -> None:
    book = RoleBook(api(Recording("roles_list_as_administer_users")))

    roles = book.roles()

    assert (roles.names, roles.complete, book.is_shown) == (frozenset(), False, False)


@pytest.mark.parametrize(
    "name", ["rest_entity_user_create_role_by_machine_name", "rest_entity_user_patch_roles"]
)
def test_rest_resource_tells_the_uuids_of_roles(name: str) -> None:
    resource = rest_resource.resource_in(Recording(name).body)

    account = account_from(resource, str)
    assert account is not None
    assert ("75b3d0e0-7831-4313-a959-03fbf1891853", "member") in roles_in(resource)
    assert (account.username, account.language, account.fields["field_first_name"]) == (
        "jane",
        "de",
        "Jane",
    )


def replayed(api: JsonApi, recording: Recording) -> Sequence[object]:
    """What the connector makes of the request's answer, asking as was recorded."""
    try:
        return _asked(api, recording)
    except RemoteError as error:
        return [error]


def _asked(api: JsonApi, recording: Recording) -> Sequence[object]:
    book = RoleBook(api)
    book.note([(UNKNOWN_ROLE, "member"), ("member", "member")])
    match recording.method, recording.path:
        case _, "/user/login" | "/jsonapi":
            return [api.access.session()]
        case _, "/user/password":
            return [told(api.access.open.send("POST", recording.path, json={}))]
        case "GET", "/jsonapi/user/user":
            return api.pages(recording.path, [{}])
        case "GET", path:
            answer = api.read(path)
            return [error_for(answer, Asked())] if answer.status != 200 else [parsed(answer)]
        case "POST", "/entity/user":
            write = Write({"name": "x"}, frozenset(), roles=frozenset({"nope"}))
        case _:
            write = _write(recording)
    if "role" in recording.name and recording.path != "/entity/user":
        book.note([(_role_in(recording), "member")])
    return Writer(api, Reader(api, book), book).carry_out([write])


def _write(recording: Recording) -> Write:
    resource = recording.sent["data"] if isinstance(recording.sent, dict) else {}
    number = recording.path.removeprefix("/jsonapi/user/user").strip("/")
    roles = frozenset({"member"}) if "relationships" in resource else None
    return Write(resource.get("attributes", {}), frozenset(), number, roles=roles)


def _role_in(recording: Recording) -> str:
    named = recording.sent["data"]["relationships"]["roles"]["data"]
    return str(named[0]["id"])


def test_account_is_what_the_contract_calls_one() -> None:
    row = Recording("lookup_by_mail").body["data"][0]

    assert account_from(row, str) == Account(
        id="c5977441-a078-4cb3-9280-154057f81b02",
        username="carol",
        email="carol@example.org",
        roles=frozenset({"member"}),
        fields={
            "field_civi_contact_id": "42",
            "field_first_name": "Carol",
            "field_last_name": "Ünï",
            "timezone": "UTC",
        },
        language="fr",
    )
