"""What the script says, whatever it says, becomes a value or an error."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from latchkey.policy.values import Account
from latchkey.remote.errors import (
    Conflict,
    Missing,
    RejectedError,
    RemoteError,
    SiteError,
    TransientError,
    UnknownOutcome,
)
from latchkey.sites.phpcms.refusals import error_for, unusable
from latchkey.sites.phpcms.rows import account_from, languages_for
from latchkey.sites.phpcms.script import VERSION, argv_for, opening, program

ROW: dict[str, Any] = {
    "id": 7,
    "name": "zoe",
    "mail": "zoe@example.org",
    "active": True,
    "roles": ["member"],
    "powers": [],
    "fields": {"field_first_name": "Zoë"},
    "language": "fr",
    "login": 1700000000,
}
# Every code that the script has, and what it becomes while writing.
OUTCOMES: dict[str, type[RemoteError]] = {
    "bad_field": RejectedError,
    "bad_line": SiteError,
    "bad_mail": RejectedError,
    "bad_name": RejectedError,
    "bad_password": RejectedError,
    "blocked": RejectedError,
    "busy": TransientError,
    "duplicate_mail": Conflict,
    "duplicate_name": Conflict,
    "failed": UnknownOutcome,
    "mail_failed": TransientError,
    "mail_off": RejectedError,
    "no_such_user": Missing,
    "not_saved": RejectedError,
    "protected_user": RejectedError,
    "unknown_command": SiteError,
    "unknown_field": RejectedError,
    "unknown_letter": SiteError,
    "unknown_role": RejectedError,
}
UNUSABLE = {
    "bootstrap_ended": "not installed",
    "bootstrap_failed": "did not start",
    "no_cms": "no Backdrop",
    "no_root": "no folder",
    "old_php": "7.4",
    "other_cms": "not Backdrop",
    "settings_unreadable": "settings.php",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_every_code_of_the_script_has_an_outcome() -> None:
    text = program().decode()
    refused = set(re.findall(r"(?:new Refusal|self::refused)\('(\w+)'", text))
    refused |= {"duplicate_mail", "duplicate_name", "protected_user", "blocked"}
    ended = set(re.findall(r"(?:new Unusable\(|'error' => )'(\w+)'", text)) | {"no_cms", "no_root"}

    assert refused == set(OUTCOMES)
    assert ended == set(UNUSABLE)


@pytest.mark.parametrize("code", OUTCOMES)
def test_code_becomes_its_error(code: str) -> None:
    error = error_for({"error": code, "what": "member", "account": ROW}, writing=True)

    assert type(error) is OUTCOMES[code]
    if isinstance(error, Conflict):
        assert error.existing == account_from(ROW)
    if code == "unknown_role":
        assert isinstance(error, RejectedError)
        assert error.unknown_role == "member"


def test_failure_while_reading_is_for_later() -> None:
    assert type(error_for({"error": "failed"}, writing=False)) is TransientError


@pytest.mark.parametrize("code", UNUSABLE)
def test_greeting_that_is_an_error_says_what_to_do(code: str) -> None:
    error = unusable({"latchkey": VERSION, "error": code, "what": "x"}, "backdrop", "Backdrop")

    assert type(error) is SiteError
    assert UNUSABLE[code] in str(error)


def test_greeting_of_another_version_is_not_believed() -> None:
    greeting = {"latchkey": VERSION + 1, "cms": "backdrop"}

    assert isinstance(unusable(greeting, "backdrop", "Backdrop"), SiteError)


def test_row_becomes_an_account() -> None:
    assert account_from(ROW) == Account(
        id="7",
        username="zoe",
        email="zoe@example.org",
        roles=frozenset({"member"}),
        fields={"field_first_name": "Zoë"},
        language="fr",
        last_login="2023-11-14T22:13:20+00:00",
    )


@pytest.mark.parametrize("name", ["id", "name", "mail", "active", "roles", "powers"])
def test_row_without_what_every_account_has_is_none(name: str) -> None:
    assert account_from({key: value for key, value in ROW.items() if key != name}) is None


def test_fields_of_nobody_are_an_empty_list_in_php() -> None:
    account = account_from({**ROW, "fields": [], "language": None, "login": 0})

    assert account is not None
    assert (account.fields, account.language, account.last_login) == ({}, None, None)


@given(json_values)
def test_anything_else_is_no_account(value: object) -> None:
    assert account_from(value) is None


@given(st.dictionaries(st.sampled_from(sorted(ROW)), json_values))
def test_row_with_anything_in_it_does_no_harm(other: dict[str, object]) -> None:
    account = account_from({**ROW, **other})

    assert account is None or account.id.lstrip("-").isdecimal()


@given(st.dictionaries(st.sampled_from(["error", "what", "account", "ok"]), json_values))
def test_any_refusal_is_an_error(reply: dict[str, object]) -> None:
    assert isinstance(error_for(reply, writing=True), RemoteError)


@given(st.dictionaries(st.sampled_from(["latchkey", "error", "what", "cms"]), json_values))
def test_any_other_greeting_is_unusable(greeting: dict[str, object]) -> None:
    if greeting.get("latchkey") != VERSION or greeting.get("cms") != "drupal7":
        assert isinstance(unusable(greeting, "drupal7", "Drupal 7"), RemoteError)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (None, []),
        ("", []),
        ("fr_FR", ["fr-fr", "fr"]),
        ("pt_BR", ["pt-br", "pt"]),
        ("zh_TW", ["zh-tw", "zh-hant", "zh"]),
        ("fr", ["fr"]),
    ],
)
def test_language_is_looked_for_closest_first(language: str | None, names: list[str]) -> None:
    assert languages_for(language) == names


@given(st.text(), st.text())
def test_opening_says_how_long_the_script_is(root: str, uri: str) -> None:
    length, _, rest = opening(root, uri).partition(b"\n")

    assert rest[: int(length)] == program()
    assert rest[int(length) :].count(b"\n") == 1


@given(st.text(max_size=40))
def test_any_command_is_words_or_an_error(command: str) -> None:
    try:
        argv = argv_for(command)
    except SiteError as error:
        assert "command" in str(error)  # noqa: PT017 - both ways out are right
    else:
        assert argv[-2] == "-r"
