"""A dump loads to what is stored, and holds no secret."""

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.dumping import dump
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from service.configuration.files import WHOLE, rule

pytestmark = pytest.mark.django_db

EVERYTHING = rule(
    "enabled = false",
    'tags = ["Website"]',
    'contact_types = ["Individual", "Organization"]',
    'existing = "hold"',
    'shared_email = "oldest"',
    'fields = {first_name = "{contact.first_name}"}',
    'language = "site"',
    'notify = "latchkey"',
    'telling = {subject = "Welcome to {site.name}"}',
    'when = ["at once", "0 3 * * *"]',
    'timezone = "UTC"',
    'hours = "22:00-06:00"',
    "per_minute = 60",
    "per_run = 1000",
    "review = 10",
    "brake = 50",
    "give_up_after = 10",
    'history_group = "Website users"',
    'history_tag = "Website user"',
    'afterwards = "keep"',
    'reset_group = "Reset"',
    'reset_tag = "Reset"',
    "welcome = true",
    'blocked_roles = ["editor"]',
)

# Its command is a list of arguments, one of which has a space.
BY_A_PROGRAM = """
[site.old]
kind = "drupal7"
url = "https://old.example.org"
command = ["ssh", "-o", "IdentityFile /srv/a key", "web@old.example.org", "php"]
root = "/srv/old"
"""


AT_A_PACE = BY_A_PROGRAM + "mails_per_minute = 30\n"


@pytest.mark.parametrize("text", [WHOLE, EVERYTHING, AT_A_PACE])
def test_dump_loads_without_a_change(installation: Installation, host: Host, text: str) -> None:
    load(installation, text, host)

    loaded = load(installation, dump(), host)

    assert {one.step.value for one in loaded.differences} == {"unchanged"}


def test_dump_of_everything_says_everything(installation: Installation, host: Host) -> None:
    load(installation, EVERYTHING, host)

    written, dumped = tomllib.loads(EVERYTHING), tomllib.loads(dump())

    usual = {"timezone"}
    assert dumped["rule"]["members"].keys() == written["rule"]["members"].keys() - usual


def test_dump_says_the_pace_of_mails_and_loading_without_it_takes_it_away(
    installation: Installation, host: Host
) -> None:
    load(installation, AT_A_PACE, host)
    dumped = tomllib.loads(dump())

    loaded = load(installation, BY_A_PROGRAM, host)

    assert dumped["site"]["old"]["mails_per_minute"] == 30
    assert [one.key for one in loaded.differences[0].alterations] == ["mails_per_minute"]
    assert "mails_per_minute" not in dump()


def test_dump_says_a_command_as_it_was_written(installation: Installation, host: Host) -> None:
    load(installation, BY_A_PROGRAM, host)

    written, dumped = tomllib.loads(BY_A_PROGRAM), tomllib.loads(dump())

    assert dumped["site"]["old"]["command"] == written["site"]["old"]["command"]


def test_dump_prints_the_reference_and_not_the_value(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE.replace("crm-secret", "env:CIVICRM_API_KEY"), host)

    text = dump()

    assert 'api_key = "env:CIVICRM_API_KEY"' in text
    assert "from-the-environment" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=12))
def test_dump_never_holds_a_credential(
    installation: Installation, host: Host, credential: str
) -> None:
    load(installation, WHOLE.replace("site-secret", credential), host)

    assert credential not in dump()


def test_nothing_stored_is_an_empty_file() -> None:
    assert tomllib.loads(dump()) == {}
