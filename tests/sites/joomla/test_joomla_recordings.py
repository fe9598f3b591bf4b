"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator
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
from latchkey.sites.contract import SiteConnection
from latchkey.sites.joomla.api import USERS
from latchkey.sites.joomla.clashes import Asked, settled_clashes
from latchkey.sites.joomla.connector import JoomlaSite
from latchkey.sites.joomla.writing import Write
from sites.joomla.replay import CAROL, Recording, Replay, all_recordings, changed
from sites.joomla.stand import KEY


@dataclass(frozen=True, slots=True)
class Becomes:
    """The kind of outcome, and words that its text holds."""

    kind: type[object]
    words: str = ""


NOT_LET_IN = Becomes(SiteError, "core.login.api")
NOT_ACCEPTED = Becomes(SiteError, "Accept header")
NO_GROUP = Becomes(RejectedError, "at least one user group")
NOT_SUPER = Becomes(RejectedError, "not Super Administrator")
TAKEN_NAME = Becomes(Conflict, "username")
TAKEN_ADDRESS = Becomes(Conflict, "e-mail address")

OUTCOMES: dict[str, Becomes] = {
    "create_accept_json": NOT_ACCEPTED,
    "create_bad_email": Becomes(RejectedError, "address you entered is invalid"),
    "create_bad_json": Becomes(RejectedError, "Field required: Name"),
    "create_bad_token": NOT_LET_IN,
    "create_duplicate_both": TAKEN_NAME,
    "create_duplicate_email": TAKEN_ADDRESS,
    "create_duplicate_email_other_case": TAKEN_ADDRESS,
    "create_duplicate_username": TAKEN_NAME,
    # Dropped without a word: the account comes back without roles, and is compared.
    "create_group_by_title": Becomes(Account, "roles=frozenset()"),
    "create_groups_string": Becomes(UnknownOutcome, "status 500"),
    "create_missing_email": Becomes(RejectedError, "Field required: Email"),
    "create_missing_name": Becomes(RejectedError, "Field required: Name"),
    "create_missing_username": Becomes(RejectedError, "Field required: Login Name"),
    "create_no_accept": NOT_ACCEPTED,
    "create_no_groups": NO_GROUP,
    "create_no_token": NOT_LET_IN,
    "create_short_password": Becomes(RejectedError, "Invalid field: Password"),
    "get_unknown": Becomes(Missing, "no such account"),
    "password_reset_form_blocked_user": Becomes(RejectedError, "blocked"),
    "password_reset_form_super_user": Becomes(RejectedError, "Super User"),
    "password_reset_form_unknown": Becomes(Missing, "no such account"),
    "patch_bad_group": Becomes(Account, "'Auteur'"),
    "patch_custom_field": NO_GROUP,
    # It complains of the groups; had they been named, of the address.
    "patch_email_duplicate": TAKEN_ADDRESS,
    "patch_password_without_password2": Becomes(RejectedError, "passwords you entered do not"),
    "patch_require_reset": NO_GROUP,
    "patch_unblock": NO_GROUP,
    "patch_unknown": Becomes(Missing, "no such account"),
    "patch_with_groups_duplicate_email": TAKEN_ADDRESS,
    "svc_admin_block_super_user": NOT_SUPER,
    "svc_admin_create_super_user": NOT_SUPER,
    "svc_admin_group_token_allowed_no_core_login_api_create": NOT_LET_IN,
    "svc_admin_group_token_allowed_no_core_login_api_list": NOT_LET_IN,
    "token_plugin_disabled": NOT_LET_IN,
    "webservices_users_plugin_disabled": Becomes(SiteError, "Web Services - Users"),
}
NEVER_ASKED = {
    "cli_user_add_duplicate_email": "Latchkey runs no command on the site's host",
    "cli_user_add_duplicate_username": "Latchkey runs no command on the site's host",
    "cli_user_add_unknown_group": "Latchkey runs no command on the site's host",
    "delete_self": "Latchkey deletes no account",
}
# Who the form was asked for, before the request; None is nobody.
ASKED_FOR: dict[str, dict[str, Any] | None] = {
    "password_reset_form_blocked_user": changed(CAROL, block=1),
    "password_reset_form_super_user": changed(CAROL, groups={"8": 8}),
    "password_reset_form_unknown": None,
}
DROPPED = {"create_group_by_title", "patch_bad_group"}


def is_error(recording: Recording) -> bool:
    """Whether something went wrong, or was not done without a word."""
    response = recording.exchange["response"]
    refused = recording.status == 1 if recording.method == "EXEC" else recording.status >= 400
    return refused or response.get("mails_sent") == [] or recording.name in DROPPED


ERRORS = [one for one in all_recordings() if is_error(one)]
MADE = [
    one
    for one in all_recordings()
    if one.status == 200
    and isinstance(one.body, dict)
    and isinstance(one.body["data"], dict)
    and one.body["data"]["type"] == "users"
]


@pytest.fixture
def site(httpserver: HTTPServer) -> Iterator[Callable[[Replay], JoomlaSite]]:
    connection = SiteConnection(
        KEY,
        "www",
        "joomla",
        httpserver.url_for("").rstrip("/"),
        {"mail_to_user_off": "yes"},
        {"token": Secret("made up")},
    )
    connected = JoomlaSite(connection, Doors())

    def replaying(replay: Replay) -> JoomlaSite:
        httpserver.expect_request(re.compile(".*")).respond_with_handler(replay)
        return connected

    yield replaying
    connected.close()


Replaying = Callable[[Replay], JoomlaSite]


def test_every_recorded_error_has_an_outcome() -> None:
    assert {recording.name for recording in ERRORS} == {*OUTCOMES, *NEVER_ASKED}


@pytest.mark.parametrize(
    "recording", [one for one in ERRORS if one.name in OUTCOMES], ids=lambda one: one.name
)
def test_recorded_error_becomes(recording: Recording, site: Replaying) -> None:
    user = ASKED_FOR.get(recording.name, CAROL)

    outcome = replayed(site(Replay(recording, user, user)), recording)

    expected = OUTCOMES[recording.name]
    assert type(outcome) is expected.kind
    assert expected.words in (str(outcome) or repr(outcome))


@pytest.mark.parametrize("name", ["duplicate_email", "duplicate_username", "duplicate_both"])
def test_account_in_the_way_is_named(name: str, site: Replaying) -> None:
    recording = Recording(f"create_{name}")

    clash = replayed(site(Replay(recording, CAROL, CAROL)), recording)

    assert isinstance(clash, Conflict)
    assert clash.existing is not None
    assert (clash.existing.id, clash.existing.username) == ("820", "alice")


@pytest.mark.parametrize("recording", MADE, ids=lambda one: one.name)
def test_recorded_user_becomes_an_account(recording: Recording, site: Replaying) -> None:
    user = recording.body["data"]["attributes"]

    account = site(Replay(recording, CAROL, CAROL))._reader.account(user)

    titles = {2: "Enregistré", 3: "Auteur", 4: "Rédacteur"}
    assert (account.id, account.username) == (str(user["id"]), user["username"])
    assert account.roles == {titles[group] for group in dict(user["groups"]).values()}
    assert account.active == (user["block"] == 0)
    assert account.fields == {"name": user["name"], "civi-contact-id": user["civi-contact-id"]}


@pytest.mark.parametrize(
    "name",
    [
        "password_reset_form_ok",
        "password_reset_form_require_reset_user",
        "password_reset_form_user_with_french_language",
    ],
)
def test_counted_request_was_a_mail(name: str, site: Replaying) -> None:
    recording = Recording(name)
    counted = changed(CAROL, resetCount=1, lastResetTime="2026-11-21 22:13:55")

    assert replayed(site(Replay(recording, CAROL, counted)), recording) is None


def replayed(site: JoomlaSite, recording: Recording) -> object:
    """What the connector makes of the request's answer, asking as was recorded."""
    try:
        return _asked(site, recording)
    except RemoteError as error:
        return error


def _asked(site: JoomlaSite, recording: Recording) -> object:
    match recording.method, recording.path:
        case "POST", "/index.php":
            return site.tell([Account("825", "carol", "carol@example.org")])[0]
        case (("POST" | "PATCH"), path):
            body = recording.sent if isinstance(recording.sent, dict) else {}
            id_ = path.removeprefix(USERS).strip("/")
            asked = Asked(body.get("email"), body.get("username"), own=id_)
            outcomes = site._writer.carry_out([_write(body, id_)])
            return settled_clashes(outcomes, [asked], site)[0]
        case _, path if path == USERS:
            return site.find_by_emails(["carol@example.org"])
        case _, path:
            gone = Account(path.removeprefix(USERS).strip("/"), "gone", "gone@example.org")
            return site.enable([gone])[0]


def _write(body: dict[str, Any], id_: str) -> Write:
    rest = {key: value for key, value in body.items() if key != "groups"}
    groups = [one for one in body.get("groups", ()) if str(one).isdigit()]
    return Write(rest, frozenset(), groups, id_)
