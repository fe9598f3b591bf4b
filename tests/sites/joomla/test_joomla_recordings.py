"""Every answer that was recorded becomes what says to do next."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from latchkey.policy.values import Account
from latchkey.remote.doors import Doors
from latchkey.remote.errors import Conflict, RemoteError
from latchkey.remote.secrets import Secret
from latchkey.sites.contract import SiteConnection
from latchkey.sites.joomla.api import USERS
from latchkey.sites.joomla.clashes import Asked, settled_clashes
from latchkey.sites.joomla.connector import JoomlaSite
from latchkey.sites.joomla.writing import Write
from sites.joomla.outcomes import NEVER_ASKED, OUTCOMES
from sites.joomla.replay import CAROL, Recording, Replay, all_recordings, changed
from sites.joomla.stand import KEY

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
