"""What a file needs of the CRM, the mail server and the home it is loaded into."""

from dataclasses import replace

import pytest

from latchkey.crm.contract import TriggerKind
from latchkey.remote.errors import TransientError
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.store.models import Connection, Rule
from service.configuration.files import CRM, WHOLE, rule
from service.configuration.loads import problems_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [TriggerKind.SMART, TriggerKind.PARENT])
def test_remove_from_a_group_that_cannot_be_emptied_is_refused(
    installation: Installation, host: Host, kind: TriggerKind
) -> None:
    installation.connect.the_crm.kinds["Active Members"] = kind

    wrong = problems_of(installation, WHOLE, host)

    assert "cannot be taken out" in wrong["rule.members.afterwards"]
    assert not Rule.objects.exists()


def test_keep_on_a_smart_group_is_stored(installation: Installation, host: Host) -> None:
    installation.connect.the_crm.kinds["Active Members"] = TriggerKind.SMART

    load(installation, rule('afterwards = "keep"'), host)

    assert Rule.objects.exists()


def test_crm_that_cannot_be_reached_leaves_the_rule_unchecked_and_says_so(
    installation: Installation, host: Host
) -> None:
    installation.connect.the_crm.failure = TransientError("no answer")

    loaded = load(installation, WHOLE, host)

    assert Rule.objects.exists()
    assert any("Not checked" in warning for warning in loaded.warnings)


def test_unknown_group_is_a_warning(installation: Installation, host: Host) -> None:
    loaded = load(installation, rule('groups = ["Nobody"]'), host)

    assert any('"Nobody"' in warning for warning in loaded.warnings)


def test_real_connection_is_refused_in_a_practice_home(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host, practice=True)

    wrong = problems_of(installation, CRM.replace("main", "real"), host)

    assert "LATCHKEY_HOME" in wrong["crm.real"]


def test_practice_is_refused_in_a_home_with_a_real_connection(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)

    wrong = problems_of(installation, WHOLE, host, practice=True)

    assert "LATCHKEY_HOME" in wrong["demo"]


def test_rules_of_a_practice_home_may_be_changed(installation: Installation, host: Host) -> None:
    here = WHOLE.replace("https://crm.example.org", "http://127.0.0.1:8000").replace(
        "https://www.example.org/", "http://127.0.0.1:8000"
    )
    load(installation, here, host, practice=True)

    load(installation, here.replace('["subscriber"]', '["member"]'), host)

    assert Rule.objects.get().definition["roles"] == ["member"]
    assert all(row.practice for row in Connection.objects.all())


def test_latchkeys_own_mail_without_a_mail_server_is_a_warning(
    installation: Installation, host: Host
) -> None:
    loaded = load(replace(installation, mailer=None), WHOLE, host)

    assert any("LATCHKEY_SMTP_URL" in warning for warning in loaded.warnings)
