"""One table changed from a browser: checked as the file is, and what is the host's stays so."""

from pathlib import Path
from typing import Any

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.editing import (
    move,
    remove_connection,
    save_connection,
    save_rule,
    switch,
)
from latchkey.service.configuration.loading import load
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.installation import Installation
from latchkey.store import connections
from latchkey.store.models import Connection, Rule, SettingChange

from .stand_ins import stand_in_installation

pytestmark = pytest.mark.django_db

FILE = """
[crm.main]
url = "https://www.example.org"
api_key = "env:KEY"

[site.www]
kind = "wordpress"
url = "https://www.example.org"
username = "latchkey"
password = "words"
hosts_crm = "main"

[site.old]
kind = "drupal7"
url = "https://old.example.org"
command = ["ssh", "-T", "web@old.example.org", "php"]
root = "/srv/old"

[rule.members]
crm = "main"
site = "www"
groups = ["Active Members"]
username = "{contact.id}"
"""
RULE = {"crm": "main", "site": "www", "groups": ["Active Members"], "username": "{contact.id}"}
CRM = Connection.Role.CRM
SITE = Connection.Role.SITE


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An installation on stand-ins that has loaded FILE."""
    ours = stand_in_installation()
    load(ours, FILE, Host({"KEY": "the key"}, tmp_path))
    return ours


def wrong(error: pytest.ExceptionInfo[ConfigurationError]) -> list[str]:
    """Where it is wrong."""
    return [problem.where for problem in error.value.problems]


def test_reference_that_the_host_gave_outlives_an_edit(installation: Installation):
    given = {"kind": "civicrm", "url": "https://new.example.org"}

    row = save_connection(installation, CRM, "main", given, "maria")

    assert row.references == {"api_key": "env:KEY"}
    assert connections.unseal(row, installation.keyring)["api_key"].reveal() == "the key"


def test_typed_credential_replaces_the_reference(installation: Installation):
    given = {"kind": "civicrm", "url": "https://www.example.org", "api_key": "typed"}

    row = save_connection(installation, CRM, "main", given, "maria")

    assert row.references == {}
    assert "typed" not in str(list(SettingChange.objects.values()))


@pytest.mark.parametrize("written", ["env:PATH", "file:/etc/passwd"])
def test_new_reference_is_not_taken_from_a_browser(installation: Installation, written: str):
    given = {"kind": "civicrm", "url": "https://www.example.org", "api_key": written}

    with pytest.raises(ConfigurationError) as error:
        save_connection(installation, CRM, "main", given, "maria")

    assert wrong(error) == ["crm.main.api_key"]


def test_command_stays_what_the_file_said(installation: Installation):
    given = {"kind": "drupal7", "url": "https://new.example.org", "command": "sh", "root": "/"}

    row = save_connection(installation, SITE, "old", given, "maria")

    assert row.url == "https://new.example.org"
    assert row.settings["command"] == "ssh -T web@old.example.org php"
    assert row.settings["root"] == "/srv/old"


def test_second_host_of_a_crm_is_refused(installation: Installation):
    given: dict[str, Any] = {"kind": "drupal7", "url": "https://o.example.org", "hosts_crm": "main"}

    with pytest.raises(ConfigurationError) as error:
        save_connection(installation, SITE, "old", given, "maria")

    assert wrong(error) == ["site.old.hosts_crm"]


def test_real_connection_is_refused_beside_practice(installation: Installation):
    Connection.objects.update(practice=True)
    given = {"kind": "civicrm", "url": "https://crm.example.org", "api_key": "x"}

    with pytest.raises(ConfigurationError) as error:
        save_connection(installation, CRM, "real", given, "maria")

    assert wrong(error) == ["crm.real"]


def test_kind_of_a_connection_cannot_change(installation: Installation):
    given = {"kind": "moodle", "url": "https://www.example.org", "token": "x"}

    with pytest.raises(ConfigurationError) as error:
        save_connection(installation, SITE, "www", given, "maria")

    assert wrong(error) == ["site.www.kind"]


@pytest.mark.usefixtures("installation")
def test_new_rule_comes_last():
    row = save_rule("friends", RULE, "maria")

    assert [rule.name for rule in Rule.objects.all()] == ["members", "friends"]
    assert row.site.name == "www"


@pytest.mark.usefixtures("installation")
def test_rule_that_changes_nothing_writes_nothing_down():
    version = Rule.objects.get().version

    row = save_rule("members", RULE, "maria")

    assert row.version == version
    assert not SettingChange.objects.exists()


@pytest.mark.usefixtures("installation")
def test_change_takes_a_stopped_rule_up_again():
    Rule.objects.update(stopped_reason="The site has no role member.")

    row = save_rule("members", {**RULE, "roles": ["subscriber"]}, "maria")

    assert row.stopped_reason == ""
    assert SettingChange.objects.get().what == "rule.members.roles"


@pytest.mark.usefixtures("installation")
def test_rule_of_an_unknown_site_is_refused():
    with pytest.raises(ConfigurationError) as error:
        save_rule("friends", {**RULE, "site": "nowhere"}, "maria")

    assert wrong(error) == ["rule.friends.site"]


@pytest.mark.usefixtures("installation")
def test_rules_of_other_sites_keep_their_places():
    save_rule("other", {**RULE, "site": "old"}, "maria")
    save_rule("friends", RULE, "maria")

    moved = move(Rule.objects.get(name="friends"), "maria", up=True)

    ours = [row.name for row in Rule.objects.filter(site__name="www")]
    assert (moved, ours) == (True, ["friends", "members"])


@pytest.mark.usefixtures("installation")
def test_switching_is_written_down_once():
    row = Rule.objects.get()

    switch(row, "maria", on=False)
    switch(row, "maria", on=False)

    assert not Rule.objects.get().enabled
    assert [one.after for one in SettingChange.objects.all()] == ["off"]


@pytest.mark.usefixtures("installation")
def test_unused_connection_is_removed():
    remove_connection(Connection.objects.get(name="old"), "maria")

    assert not Connection.objects.filter(name="old").exists()


@pytest.mark.usefixtures("installation")
def test_crm_that_a_site_hosts_is_not_removed():
    Rule.objects.all().delete()

    with pytest.raises(ConfigurationError, match="site www"):
        remove_connection(Connection.objects.get(name="main"), "maria")
