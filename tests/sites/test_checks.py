"""A check says exactly what is missing: what real sites answered where something was, it is told.

What `latchkey check` and the form of a connection show are these findings.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes.faults import Status, Which, requests
from fakes.wire import Wire
from latchkey.policy.health import Health, Level
from latchkey.sites.registry import KINDS
from sites.connecting import connected
from sites.drupal.stand import drupal_stand
from sites.joomla.stand import joomla_stand
from sites.moodle.stand import calling, moodle_stand
from sites.stand import Stand
from sites.standalone.stand import standalone_stand
from sites.wordpress.stand import practice_stand

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings"
STANDS: dict[str, Callable[[Path], AbstractContextManager[Stand]]] = {
    "wordpress": practice_stand,
    "drupal": drupal_stand,
    "joomla": joomla_stand,
    "moodle": moodle_stand,
    "standalone": standalone_stand,
}


@dataclass(frozen=True, slots=True)
class Lack:
    """A recorded answer to some of the requests of a check, and words of the remedy."""

    recording: str
    to: Which
    remedy: str


ME = requests("GET", "/users/me")
ENTRY = requests("GET", r"^/jsonapi$")
USERS = requests("GET", "/v1/users")
WHO = requests("GET", "/civicrm/authx/id")
LACKS = {
    "wordpress": [
        Lack("users-me-no-auth", ME, "Application Passwords"),
        Lack("users-me-real-password-refused", ME, "Application Passwords"),
        Lack("no-route", requests(), "has no REST API for users"),
        Lack("users-get-forbidden", ME, "capability list_users"),
    ],
    "drupal": [
        Lack(
            "login_json_wrong",
            requests("POST", "/user/login"),
            "does not accept the username and password",
        ),
        Lack("entry_point_wrong_password", ENTRY, "HTTP Basic Authentication"),
        Lack("create_with_session_cookie_bad_csrf", requests("POST", "/jsonapi"), "X-CSRF-Token"),
        Lack("create_no_permission", requests("GET", "/jsonapi/user/user"), "'administer users'"),
    ],
    "joomla": [
        Lack("create_bad_token", USERS, "Joomla API Token"),
        Lack("token_plugin_disabled", USERS, "Web Services Joomla Token"),
        Lack("webservices_users_plugin_disabled", USERS, 'plugin "Web Services - Users"'),
        Lack("svc_admin_group_token_allowed_no_core_login_api_list", USERS, "core.login.api"),
    ],
    "moodle": [
        Lack("create_bad_token", requests(), "Manage tokens"),
        Lack(
            "create_function_not_in_service",
            calling("core_user_create_users"),
            "core_user_create_users",
        ),
        Lack("create_no_capability", calling("core_user_create_users"), "moodle/user:create"),
    ],
    "standalone": [
        Lack("authx_id_bad_key", WHO, "API key: compare"),
        Lack("authx_id_anonymous", WHO, "authx_xheader_cred"),
        Lack("err_key_of_contact_without_user", WHO, "authenticate with api key"),
        Lack("err_key_without_authenticate_permission", WHO, "authenticate with api key"),
    ],
}


# Of these nothing was recorded that a check could meet.
ELSEWHERE = {
    "drupal7": "what ssh, php and the script say is tried by PipeContract",
    "backdrop": "as Drupal 7",
    "scim": "its peer is asked itself",
}


@pytest.fixture(scope="module", params=STANDS)
def stand(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stand]:
    kind = request.param
    with STANDS[kind](tmp_path_factory.mktemp(kind)) as stand:
        yield stand


def test_what_a_real_site_lacked_is_said_with_its_remedy(stand: Stand) -> None:
    for lack in LACKS[stand.spec.kind]:
        health = checked(stand, lack)

        missing = [one.remedy for one in health.findings if one.level is Level.MISSING]
        assert not health.usable, lack.recording
        assert any(lack.remedy in one for one in missing), (lack.recording, missing)


def test_every_kind_is_tried_here_or_elsewhere() -> None:
    assert {*LACKS, *ELSEWHERE} == set(KINDS)
    assert not LACKS.keys() & ELSEWHERE.keys()


def checked(stand: Stand, lack: Lack) -> Health:
    """What a check finds where these requests are answered as they were recorded."""
    with Wire(stand.url) as wire, connected(stand, wire.url) as site:
        wire.inject(answer(stand.spec.kind, lack.recording), on=lack.to)
        return site.check()


def answer(kind: str, name: str) -> Status:
    told = json.loads((RECORDINGS / kind / f"{name}.json").read_text("utf-8"))["response"]
    body = told["body"] if isinstance(told["body"], str) else json.dumps(told["body"])
    headers = {name.lower(): str(value) for name, value in told["headers"].items()}
    return Status(told["status"], (("Content-Type", headers["content-type"]),), body.encode())
