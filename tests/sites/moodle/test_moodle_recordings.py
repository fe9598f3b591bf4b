"""Every answer that was recorded becomes what says to do next."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from pytest_httpserver import HTTPServer

from latchkey.policy.values import Account
from latchkey.remote.doors import Doors
from latchkey.remote.errors import RejectedError, RemoteError, UnknownOutcome
from latchkey.remote.secrets import Secret
from latchkey.sites.moodle.calls import Calls, only_reads, rows_in
from latchkey.sites.moodle.mailing import ask_for_mail
from latchkey.sites.moodle.refusals import UPDATE, warning_error
from latchkey.sites.moodle.users import NEEDED, account_from
from sites.moodle.outcomes import NEVER_ASKED, OUTCOMES

RECORDINGS = Path(__file__).resolve().parents[2] / "recordings" / "moodle"
ANSWERS: dict[str, Any] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(RECORDINGS.glob("*.json"))
}


def is_error(body: Any) -> bool:
    return isinstance(body, dict) and bool("exception" in body or body.get("warnings"))


ERRORS = [name for name, told in ANSWERS.items() if is_error(told["response"]["body"])]
USERS = [
    user
    for told in ANSWERS.values()
    for user in rows_in(told["response"]["body"])
    if set(NEEDED) <= set(user)
]


@pytest.fixture
def replaying(httpserver: HTTPServer) -> Iterator[Callable[[str], Calls]]:
    door = Doors().http(httpserver.url_for(""), is_read=only_reads)

    def calls(name: str) -> Calls:
        told = ANSWERS[name]["response"]
        httpserver.expect_request("/webservice/rest/server.php").respond_with_data(
            json.dumps(told["body"]), told["status"], told["headers"]
        )
        return Calls(door, Secret("made up"))

    yield calls
    door.close()


def test_every_recorded_error_has_an_outcome() -> None:
    assert set(ERRORS) == {*OUTCOMES, *NEVER_ASKED}


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_recorded_error_becomes(name: str, replaying: Callable[[str], Calls]) -> None:
    error = outcome(replaying(name), dict(parse_qsl(ANSWERS[name]["request"]["body"])))

    assert type(error) is OUTCOMES[name].kind
    assert OUTCOMES[name].words in str(error)


@pytest.mark.parametrize("name", [n for n in ANSWERS if n.startswith("request_password_reset_")])
def test_recorded_reset_is_told_or_not(name: str, replaying: Callable[[str], Calls]) -> None:
    error = ask_for_mail(replaying(name), Account("5", "alice", "alice@example.org"))

    assert (error is None) is (name not in OUTCOMES)


@pytest.mark.parametrize("user", USERS, ids=[str(user["username"]) for user in USERS])
def test_recorded_user_becomes_an_account(user: dict[str, Any]) -> None:
    account = account_from(user, frozenset({"members"}), frozenset())

    assert (account.id, account.username, account.email) == (
        str(user["id"]),
        user["username"],
        user["email"],
    )
    assert (account.active, account.language, account.key) == (True, "en", None)


@pytest.mark.parametrize("exception", ["dml_write_exception", "coding_exception", "Error"])
def test_failure_that_nobody_knows_is_looked_into_after_a_write(
    exception: str, httpserver: HTTPServer
) -> None:
    body = {"exception": exception, "errorcode": "unheard", "message": "Something"}
    httpserver.expect_request("/webservice/rest/server.php").respond_with_json(body)
    door = Doors().http(httpserver.url_for(""), is_read=only_reads)

    error = outcome(Calls(door, Secret("made up")), {"wsfunction": UPDATE})
    door.close()

    assert type(error) is UnknownOutcome


def outcome(calls: Calls, sent: dict[str, str]) -> object:
    """What becomes of the answer to a call of the function that was sent."""
    try:
        answer = calls(sent["wsfunction"])
    except RemoteError as error:
        return error
    warnings = answer.get("warnings") if isinstance(answer, dict) else None
    return warning_error(rows_in(warnings)[0], ()) if warnings else answer


def test_refusal_without_a_reason_is_no_conflict() -> None:
    odd = warning_error({"warningcode": "usernotupdatedadmin", "message": "Cannot update"}, ())

    assert type(odd) is RejectedError
    assert "usernotupdatedadmin" in str(odd)
