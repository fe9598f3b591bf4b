"""Checks say what is there, what lacks, and what could not be looked at."""

from dataclasses import replace

import pytest

from latchkey.crm.contract import TriggerKind
from latchkey.policy.health import Level
from latchkey.remote.errors import SiteError, TransientError
from latchkey.service.checking import check_connection, check_rule
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.sites.contract import RoleList
from latchkey.store import rules
from latchkey.store.models import Connection
from service.configuration.conftest import host, installation
from service.configuration.files import WHOLE, rule

__all__ = ["host", "installation"]
pytestmark = pytest.mark.django_db


def findings(installation: Installation) -> dict[str, Level]:
    row = rules.find("members")
    return {one.what: one.level for one in check_rule(installation, row)}


def test_sound_rule_is_all_well(installation: Installation, host: Host) -> None:
    load(installation, rule('history_group = "Website users"'), host)

    assert set(findings(installation).values()) == {Level.OK}


def test_missing_groups_and_tags_are_each_named(installation: Installation, host: Host) -> None:
    load(installation, rule('groups = ["A", "Active Members"]', 'tags = ["B"]'), host)

    missing = [what for what, level in findings(installation).items() if level is Level.MISSING]

    assert len(missing) == 2
    assert '"A"' in missing[0]
    assert '"B"' in missing[1]


def test_history_group_that_is_smart_is_refused(installation: Installation, host: Host) -> None:
    load(installation, rule('history_group = "Speakers of French"'), host)

    found = findings(installation)

    assert any("smart group" in what and found[what] is Level.MISSING for what in found)


def test_trigger_that_became_smart_after_loading_is_seen(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    installation.connect.the_crm.kinds["Active Members"] = TriggerKind.SMART

    assert Level.MISSING in findings(installation).values()


@pytest.mark.parametrize(("complete", "level"), [(True, Level.MISSING), (False, Level.WARNING)])
def test_role_that_is_not_seen_is_wrong_where_all_are_listed_and_unproved_elsewhere(
    installation: Installation,
    host: Host,
    complete: bool,  # noqa: FBT001 - pytest gives arguments by name
    level: Level,
) -> None:
    load(installation, WHOLE, host)
    installation.connect.the_site.known = RoleList(frozenset({"other"}), complete)

    found = findings(installation)

    assert [found[what] for what in found if '"subscriber"' in what] == [level]


def test_role_with_power_on_the_site_is_refused(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    installation.connect.the_site.privileged = frozenset({"subscriber"})

    assert any("has power" in what for what in findings(installation))


def test_site_that_cannot_be_used_leaves_roles_unknown(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    installation.connect.the_site.failure = SiteError("wrong password")

    found = findings(installation)

    assert any("wrong password" in what and found[what] is Level.UNKNOWN for what in found)


def test_mail_by_latchkey_alone_without_a_mail_server_is_missing(
    installation: Installation, host: Host
) -> None:
    load(installation, rule('notify = "latchkey"'), host)

    found = findings(replace(installation, mailer=None))

    assert Level.MISSING in found.values()


def test_sound_connection_is_usable(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    checked = [check_connection(installation, row) for row in Connection.objects.all()]

    assert all(one.health.usable for one in checked)


@pytest.mark.parametrize("error", [SiteError("wrong key"), TransientError("no answer")])
def test_connection_that_fails_is_unusable_and_says_why(
    installation: Installation, host: Host, error: Exception
) -> None:
    load(installation, WHOLE, host)
    installation.connect.the_crm.failure = error

    checked = check_connection(installation, Connection.objects.get(name="main"))

    assert not checked.health.usable
    assert checked.health.findings[0].what == str(error)


def test_two_ways_for_changes_of_addresses_exclude_each_other(
    installation: Installation, host: Host
) -> None:
    crm_to_site = WHOLE.replace("hosts_crm", 'email_changes = "crm to site"\nhosts_crm')
    load(installation, crm_to_site, host)
    installation.connect.the_crm.synchronises = True

    checked = check_connection(installation, Connection.objects.get(name="www"))

    assert "syncCMSEmail" in checked.health.findings[-1].what
