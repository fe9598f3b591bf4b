"""A check says what is there, what lacks, and what to do about it."""

from collections.abc import Callable

import pytest
from pytest_httpserver import HTTPServer

from crm.scripted import TWO, Params, Rows, Scripted, domain
from fakes.faults import Html, Status
from fakes.practice import GUEST_KEY, READER_KEY, RunningPractice
from fakes.wire import Wire
from latchkey.crm.contract import Crm
from latchkey.policy.health import Finding, Level

Connect = Callable[..., Crm]


def healthy(**others: Callable[[Params], Rows]) -> Scripted:
    settings = {"syncCMSEmail": 1, "mailing_backend": {"outBound_option": 3}}
    names = [{"name": name} for name in ("User Account Creation", "User Account Password Reset")]
    return Scripted(
        {
            "UFMatch.get": lambda _: [],
            "Domain.get": lambda _: [domain("6.12.0")],
            "Contact.get": lambda _: TWO,
            "Contact.checkAccess": lambda _: [{"access": True}],
            "Activity.checkAccess": lambda _: [{"access": True}],
            "Group.get": lambda _: [],
            "Setting.get": lambda params: [{"value": settings[params["select"][0]]}],
            "OptionValue.get": lambda _: [*names, {"name": "Failed"}],
        }
        | others
    )


def findings(crm: Crm, level: Level) -> list[Finding]:
    return [one for one in crm.check().findings if one.level is level]


def found(crm: Crm, what: str) -> Finding:
    (finding,) = (one for one in crm.check().findings if what in one.what)
    return finding


def test_healthy_crm_is_usable_and_tells_its_version(crm: Crm) -> None:
    health = crm.check()

    assert health.usable
    assert health.version.startswith("5.77")
    assert not findings(crm, Level.MISSING)
    assert not findings(crm, Level.UNKNOWN)


def test_everything_that_is_there_is_ok(httpserver: HTTPServer, connected: Connect) -> None:
    crm = connected(healthy().serve(httpserver))

    # Only an error that is told apart proves that errors are readable.
    assert [one.what for one in crm.check().findings if one.level is not Level.OK] == [
        "Readable errors"
    ]


def test_reader_lacks_administration_and_readable_errors(
    practice: RunningPractice, connected: Connect
) -> None:
    crm = connected(practice.url, key=READER_KEY)

    assert not crm.check().usable
    assert 'the permission "administer CiviCRM"' in found(crm, "administer CiviCRM").remedy
    assert "view debug output" in found(crm, "Readable errors").remedy


def test_whoever_sees_contacts_but_may_write_no_activity_is_told(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = healthy(**{"Activity.checkAccess": lambda _: [{"access": False}]})
    civicrm.answers["Activity.get"] = lambda _: [{"id": 1}]

    assert not connected(civicrm.serve(httpserver)).check().usable


@pytest.mark.parametrize(
    ("key", "remedy"),
    [(GUEST_KEY, '"authenticate with api key"'), ("wrong", "does not accept the API key")],
)
def test_credential_that_is_refused_is_the_one_finding(
    practice: RunningPractice, connected: Connect, key: str, remedy: str
) -> None:
    health = connected(practice.url, key=key).check()

    (finding,) = health.findings
    assert remedy in finding.remedy
    assert not health.usable


@pytest.mark.parametrize("fault", [Status(503), Status(429), Status(500), Html()])
def test_crm_out_of_reach_is_a_finding(wire: Wire, connected: Connect, fault: Status) -> None:
    wire.inject(fault)

    (finding,) = connected(wire.url).check().findings

    assert finding.level is Level.MISSING
    assert finding.remedy


@pytest.mark.parametrize(
    ("name", "rows", "what", "level"),
    [
        ("Contact.get", [{"id": 3}], "view all contacts", Level.MISSING),
        ("Contact.checkAccess", [{"access": False}], "edit all contacts", Level.MISSING),
        ("Contact.checkAccess", [{"access": False}], "add contacts", Level.WARNING),
        ("Contact.checkAccess", [], "edit all contacts", Level.UNKNOWN),
        ("Activity.checkAccess", [{"access": False}], "view all activities", Level.MISSING),
        ("Activity.checkAccess", [], "view all activities", Level.UNKNOWN),
        ("Domain.get", [], "CiviCRM's version", Level.UNKNOWN),
        ("Domain.get", [domain("5.38.2")], "CiviCRM 5.38.2", Level.MISSING),
        ("Setting.get", [{"value": {"outBound_option": "2"}}], "own mail", Level.WARNING),
        ("Setting.get", [], "E-mail changes", Level.UNKNOWN),
    ],
)
def test_what_lacks_comes_with_its_remedy(
    httpserver: HTTPServer, connected: Connect, *, name: str, rows: Rows, what: str, level: Level
) -> None:
    civicrm = healthy(**{name: lambda _: rows})

    finding = found(connected(civicrm.serve(httpserver)), what)

    assert finding.level is level
    assert finding.remedy


def test_synchronising_of_addresses_is_told(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = healthy(**{"Setting.get": lambda _: [{"value": "0"}]})
    crm = connected(civicrm.serve(httpserver))

    assert found(crm, "E-mail changes").what.endswith("are off")
    assert not crm.synchronises_email()


def test_dry_run_cannot_tell_whether_types_can_be_made(
    httpserver: HTTPServer, connected: Connect
) -> None:
    civicrm = healthy(**{"OptionValue.get": lambda _: []})
    crm = connected(civicrm.serve(httpserver), dry_run=True)

    assert found(crm, "Activity types").level is Level.UNKNOWN


def test_types_that_cannot_be_made_are_missing(httpserver: HTTPServer, connected: Connect) -> None:
    civicrm = healthy(**{"OptionValue.get": lambda _: []})
    crm = connected(civicrm.serve(httpserver))

    assert found(crm, "Activity types").level is Level.MISSING
