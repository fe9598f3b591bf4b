"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from latchkey.policy.values import Account
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.wordpress.lost_password import ask_for_mail
from latchkey.sites.wordpress.rest import Rest
from latchkey.sites.wordpress.users import account_from
from latchkey.sites.wordpress.writing import Write, Writer
from sites.wordpress.outcomes import NEVER_ASKED, OUTCOMES
from sites.wordpress.replay import Recording, Replay, all_recordings


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
            return Writer(rest, connections=1, holders=nobody)._batch(writes)
        case "POST", route:
            return Writer(rest, connections=1, holders=nobody).carry_out(
                [_write(route, recording.sent)]
            )
        case _, "/" | "/wp/v2/users/me":
            return [rest.me()]
        case _, route:
            return [rest.read(route, recording.query)]


def nobody(_emails: Sequence[str]) -> dict[str, list[Account]]:
    """Nobody has any address."""
    return {}


def _write(route: str, sent: Any) -> Write:
    body = sent if isinstance(sent, dict) else {}
    id_ = route.removeprefix("/wp/v2/users").strip("/")
    return Write(body, frozenset(), id_, roles=frozenset(body.get("roles", ())))
