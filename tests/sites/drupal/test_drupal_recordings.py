"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from sites.drupal.replay import Recording, Replay, all_recordings

KINDS = (Conflict, Missing, RejectedError, TransientError, UnknownOutcome, SiteError)
UNKNOWN_ROLE = "11111111-2222-4333-8444-555555555555"


@dataclass(frozen=True, slots=True)
class Becomes:
    """The kind of outcome, and words that its text holds."""

    kind: type[RemoteError]
    words: str = ""


LACKING = Becomes(SiteError, "lacks the permission 'administer users'")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")
NO_SUCH_ROLE = Becomes(RejectedError, "no role member")
GONE = Becomes(Missing, "no such account")
NOT_KNOWN = Becomes(SiteError, "too many failures")
NO_TOKEN = Becomes(SiteError, "X-CSRF-Token")
NOT_BY_CREDENTIAL = Becomes(SiteError, "authentication method is not allowed")

OUTCOMES: dict[str, Becomes] = {
    "create_anonymous": Becomes(SiteError, "does not know us"),
    "create_bad_custom_field_value": Becomes(RejectedError, "correct primitive type"),
    "create_bad_json": Becomes(RejectedError, "Syntax error"),
    "create_bad_langcode": Becomes(RejectedError, "not a valid choice"),
    "create_bad_mail": Becomes(RejectedError, "not a valid email address"),
    "create_bad_name": Becomes(RejectedError, "illegal character"),
    "create_duplicate_mail": TAKEN_ADDRESS,
    "create_duplicate_name": TAKEN_NAME,
    "create_duplicate_name_and_mail": TAKEN_NAME,
    "create_missing_name": Becomes(RejectedError, "must enter a username"),
    "create_name_too_long": Becomes(RejectedError, "60 characters or less"),
    "create_no_permission": LACKING,
    "create_unknown_field": Becomes(RejectedError, "field_nope does not exist"),
    "create_with_bad_client_uuid": Becomes(RejectedError, "UUIDs"),
    "create_with_client_uuid_again_same_name": TAKEN_NAME,
    "create_with_dead_session_cookie": LACKING,
    "create_with_role_machine_name": NO_SUCH_ROLE,
    "create_with_role_meta_target_id": NO_SUCH_ROLE,
    "create_with_role_unknown_uuid": NO_SUCH_ROLE,
    "create_with_session_cookie_bad_csrf": NO_TOKEN,
    "create_with_session_cookie_without_csrf": NO_TOKEN,
    "create_wrong_content_type": Becomes(SiteError, "Content-Type"),
    "create_wrong_password": LACKING,
    "entry_point_service_account_flood_blocked_right_password": NOT_KNOWN,
    "entry_point_wrong_password": NOT_KNOWN,
    "get_by_uuid_unknown": GONE,
    "login_json_wrong": Becomes(SiteError, "does not accept the username and password"),
    "lookup_by_mail_anonymous": Becomes(SiteError, "does not know us"),
    "mariadb_duplicate_mail_other_case": TAKEN_ADDRESS,
    "password_reset_mail_transport_failing": Becomes(TransientError, "cannot send mail now"),
    "password_reset_no_identifier": Becomes(RejectedError, "Missing credentials"),
    "password_reset_user_without_mail": Becomes(UnknownOutcome, "status 500"),
    "password_reset_with_basic_auth": NOT_BY_CREDENTIAL,
    "password_reset_without_format": Becomes(SiteError, "module Serialization"),
    "patch_mail_to_duplicate": TAKEN_ADDRESS,
    "patch_roles_bad_uuid": NO_SUCH_ROLE,
    "patch_uuid_unknown": GONE,
    "patch_without_permission": LACKING,
    "resource_schema_patch_null_mail": Becomes(RejectedError, "Email field is required"),
    "rest_entity_user_bad_role": Becomes(RejectedError, "no role nope"),
    "rest_entity_user_duplicate": TAKEN_NAME,
    "rest_entity_user_no_permission": LACKING,
    "rest_entity_user_wrong_password": LACKING,
}
NEVER_ASKED = {
    "delete_unknown": "Latchkey deletes no account",
    "delete_without_permission": "Latchkey deletes no account",
    "drush_script_batch_jsonl": "Latchkey runs no drush here",
    "drush_user_create_duplicate_name": "Latchkey runs no drush here",
    "drush_user_information_unknown": "Latchkey runs no drush here",
    "lookup_wrong_password": "nothing is asked before the entry point has told who we are",
    "register_admin_only": "Latchkey is no visitor who registers",
    "register_as_service_account": "Latchkey is no visitor who registers",
    "register_duplicate": "Latchkey is no visitor who registers",
    "register_resource_not_enabled": "Latchkey is no visitor who registers",
    "register_with_pass_when_verify_mail": "Latchkey is no visitor who registers",
    "register_with_role": "Latchkey is no visitor who registers",
}
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
