"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

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
    UnknownOutcome,
)
from latchkey.remote.secrets import Secret
from latchkey.sites.wordpress.lost_password import ask_for_mail
from latchkey.sites.wordpress.rest import Rest
from latchkey.sites.wordpress.users import account_from
from latchkey.sites.wordpress.writing import Write, Writer
from sites.wordpress.replay import Recording, Replay, all_recordings


@dataclass(frozen=True, slots=True)
class Becomes:
    """The kind of outcome, and words that its text holds."""

    kind: type[RemoteError] | type[Account]
    words: str = ""


NO_CREDENTIAL = Becomes(SiteError, "application password")
NOT_CREATED = Becomes(SiteError, "capability create_users")
NOT_LISTED = Becomes(SiteError, "capability list_users")
BAD_NAME = Becomes(RejectedError, "illegal characters")
BAD_ADDRESS = Becomes(RejectedError, "Invalid email address")
BAD_PASSWORD = Becomes(RejectedError, "Passwords cannot")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")
MADE = Becomes(Account)

OUTCOMES: dict[str, list[Becomes]] = {
    # The batch is refused as a whole, and each is sent alone.
    "batch-get-not-allowed": [MADE],
    "batch-too-many": [MADE] * 26,
    "batch-route-not-allowed": [Becomes(SiteError, "no REST API for users"), MADE],
    "batch-users-civi-match": [MADE] * 3 + [TAKEN_NAME, BAD_ADDRESS],
    "batch-users-no-auth": [NO_CREDENTIAL],
    "batch-users-require-all-validate": [Becomes(UnknownOutcome, "left this one out"), BAD_ADDRESS],
    "index-production-http": [Becomes(SiteError, "switched off")],
    "lostpassword-empty": [Becomes(RejectedError, "Please enter a username")],
    "lostpassword-unknown": [Becomes(RejectedError, "There is no account")],
    "no-route": [Becomes(SiteError, "no REST API for users")],
    "users-create-backslash-password": [BAD_PASSWORD],
    "users-create-bad-app-password": [NO_CREDENTIAL],
    "users-create-bad-email": [BAD_ADDRESS],
    "users-create-bad-role": [Becomes(RejectedError, "no role nosuchrole")],
    "users-create-bad-username": [BAD_NAME],
    "users-create-duplicate-email": [TAKEN_ADDRESS],
    "users-create-duplicate-username": [TAKEN_NAME],
    "users-create-duplicate-username-case": [TAKEN_NAME],
    "users-create-empty-password": [BAD_PASSWORD],
    "users-create-forbidden": [NOT_CREATED],
    "users-create-locale-not-installed": [Becomes(RejectedError, "locale is not one of")],
    "users-create-missing-password": [Becomes(RejectedError, "Missing parameter(s): password")],
    "users-create-missing-username": [Becomes(RejectedError, "Missing parameter(s): username")],
    "users-create-no-auth": [NO_CREDENTIAL],
    "users-create-nonascii-username": [BAD_NAME],
    "users-get-forbidden": [NOT_LISTED],
    "users-get-not-found": [Becomes(Missing, "no such account")],
    "users-list-forbidden": [NOT_LISTED],
    "users-list-per-page-too-big": [Becomes(SiteError, "per_page must be between 1")],
    "users-me-no-auth": [NO_CREDENTIAL],
    "users-me-production-x-forwarded-proto": [NO_CREDENTIAL],
    "users-me-real-password-refused": [NO_CREDENTIAL],
    "users-me-unknown-login": [NO_CREDENTIAL],
    "users-update-duplicate-email": [TAKEN_ADDRESS],
}
NEVER_ASKED = {
    "users-delete-no-force": "Latchkey deletes no account",
    "users-delete-no-reassign": "Latchkey deletes no account",
    "users-delete-not-found": "Latchkey deletes no account",
    "users-list-no-auth": "nothing is asked before /users/me has proved the credential",
    "users-search-email-without-list-users": "edit context is always asked for, which is refused",
}


def is_error(recording: Recording) -> bool:
    """Whether something went wrong, or was kept from us without a word."""
    items = [one for one in recording.items if one is None or one["status"] >= 400]
    hidden = recording.name in NEVER_ASKED or recording.name == "index-production-http"
    return bool(recording.status >= 400 or items or "login_error" in str(recording.body) or hidden)


ERRORS = [one for one in all_recordings() if is_error(one)]
USERS = [
    (f"{one.name} {number}", user)
    for one in all_recordings()
    for number, user in enumerate(one.body if isinstance(one.body, list) else [one.body])
    if isinstance(user, dict) and {"id", "username", "email", "roles"} <= set(user)
]


@pytest.fixture
def rest(httpserver: HTTPServer) -> Iterator[Callable[[Recording], Rest]]:
    door = Doors().http(httpserver.url_for(""), basic=("latchkey", Secret("made up")))

    def replaying(recording: Recording) -> Rest:
        httpserver.expect_request(re.compile(".*")).respond_with_handler(Replay(recording))
        return Rest(door)

    yield replaying
    door.close()


def test_every_recorded_error_has_an_outcome() -> None:
    known = {*OUTCOMES, *NEVER_ASKED}

    assert {recording.name for recording in ERRORS} == known


@pytest.mark.parametrize(
    "recording", [one for one in ERRORS if one.name in OUTCOMES], ids=lambda one: one.name
)
def test_recorded_error_becomes(recording: Recording, rest: Callable[[Recording], Rest]) -> None:
    outcomes = replayed(rest(recording), recording)

    expected = OUTCOMES[recording.name]
    assert [type(one) for one in outcomes] == [one.kind for one in expected]
    assert all(one.words in str(got) for got, one in zip(outcomes, expected, strict=True))


@pytest.mark.parametrize("user", [user for _, user in USERS], ids=[name for name, _ in USERS])
def test_recorded_user_becomes_an_account(user: dict[str, Any]) -> None:
    account = account_from(user)

    assert account is not None
    assert (account.id, account.username) == (str(user["id"]), user["username"])
    assert account.roles == set(user["roles"])


@pytest.mark.parametrize(
    ("name", "powerful"),
    [("users-me", True), ("users-create", False), ("users-update-role", False)],
)
def test_power_is_seen_in_the_capabilities(name: str, *, powerful: bool) -> None:
    account = account_from(Recording(name).body)

    assert account is not None
    assert bool(account.powers) is powerful


def replayed(rest: Rest, recording: Recording) -> list[object]:
    """What the connector makes of the request's answer, asking as was recorded."""
    try:
        return list(_asked(rest, recording))
    except RemoteError as error:
        return [error]


def _asked(rest: Rest, recording: Recording) -> Sequence[object]:
    match recording.method, recording.route:
        case "POST", "/wp-login.php":
            email = recording.exchange["request"]["body_decoded"]["user_login"]
            return [ask_for_mail(rest, "/wp-login.php", Account("1", "", email))]
        case "POST", "/batch/v1":
            writes = [_write("/wp/v2/users", one.get("body")) for one in recording.sent["requests"]]
            return Writer(rest, connections=1)._batch(writes)
        case "POST", route:
            return Writer(rest, connections=1).carry_out([_write(route, recording.sent)])
        case _, "/" | "/wp/v2/users/me":
            return [rest.me()]
        case _, route:
            return [rest.read(route, recording.query)]


def _write(route: str, sent: Any) -> Write:
    body = sent if isinstance(sent, dict) else {}
    id_ = route.removeprefix("/wp/v2/users").strip("/")
    return Write(body, frozenset(), id_, roles=frozenset(body.get("roles", ())))
