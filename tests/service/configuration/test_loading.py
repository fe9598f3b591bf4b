"""A file is stored as a whole or not at all, and loading it shows what changed."""

from datetime import UTC, datetime, timedelta

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.differences import Step
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.store.models import Connection, Rule
from service.configuration.files import CRM, RULE, SITE, WHOLE, rule
from service.configuration.loads import problems_of, secret_of, steps

pytestmark = pytest.mark.django_db


def test_new_file_is_stored(installation: Installation, host: Host) -> None:
    loaded = load(installation, WHOLE, host)

    assert set(steps(loaded).values()) == {"added"}
    assert Rule.objects.get().site.hosts_crm == Connection.objects.get(name="main")
    assert secret_of(installation, "www", "password") == "site-secret"


def test_loading_again_changes_nothing(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    before = list(Connection.objects.order_by("pk").values())

    loaded = load(installation, WHOLE, host)

    assert set(steps(loaded).values()) == {"unchanged"}
    assert list(Connection.objects.order_by("pk").values()) == before


def test_change_is_shown_before_and_after(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, rule('roles = ["member"]'), host)

    (changed,) = (one for one in loaded.differences if one.step is Step.CHANGED)
    (alteration,) = changed.alterations
    assert (alteration.key, alteration.before, alteration.after) == (
        "roles",
        "subscriber",
        "member",
    )


def test_nothing_is_stored_when_anything_is_wrong(installation: Installation, host: Host) -> None:
    wrong = problems_of(installation, rule('site = "ww"', 'crm = "man"'), host)

    assert wrong.keys() == {"rule.members.crm", "rule.members.site"}
    assert "did you mean www?" in wrong["rule.members.site"]
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (rule('roles = ["Administrator"]'), "rule.members.roles", "privileged"),
        (rule('fields = ["phone={contact.phone}"]'), "rule.members.fields.phone", "no such field"),
        (CRM + SITE.replace('"main"', '"mian"') + RULE, "site.www.hosts_crm", "did you mean main"),
        (
            WHOLE + SITE.replace("www", "two"),
            "site.two.hosts_crm",
            "more than one site",
        ),
    ],
)
def test_tables_that_do_not_fit_each_other_are_refused(
    installation: Installation, host: Host, text: str, where: str, said: str
) -> None:
    assert said in problems_of(installation, text, host)[where]


def test_rules_keep_the_order_of_the_file(installation: Installation, host: Host) -> None:
    text = WHOLE + RULE.replace("members", "staff") + RULE.replace("members", "board")

    load(installation, text, host)

    assert [row.name for row in Rule.objects.all()] == ["members", "staff", "board"]


def test_connection_is_renamed_by_its_key(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    key = Connection.objects.get(name="main").key
    renamed = WHOLE.replace("crm.main]", f'crm.members]\nkey = "{key}"').replace(
        '= "main"', '= "members"'
    )

    load(installation, renamed, host)

    assert Connection.objects.get(key=key).name == "members"
    assert Rule.objects.get().crm.key == key


def test_another_key_for_a_stored_name_is_refused(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    other = 'crm.main]\nkey = "11111111-1111-4111-8111-111111111111"'

    wrong = problems_of(installation, WHOLE.replace("crm.main]", other), host)

    assert "Leave the key out" in wrong["crm.main.key"]


def test_change_of_a_stopped_rule_starts_it_again(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    Rule.objects.update(stopped_reason="the site has no such role")

    load(installation, WHOLE, host)
    still = Rule.objects.get().stopped_reason
    load(installation, rule('roles = ["member"]'), host)

    assert still == "the site has no such role"
    assert not Rule.objects.get().stopped_reason


@pytest.mark.parametrize(
    ("line", "waits"),
    [('when = "0 12 * * *"', False), ('timezone = "Asia/Tokyo"', False), ('roles = ["a"]', True)],
)
def test_other_schedule_is_gone_by_at_once_and_not_after_the_next_run(
    installation: Installation, host: Host, line: str, *, waits: bool
) -> None:
    nightly = 'when = "0 3 1 1 *"'
    load(installation, rule(nightly), host)
    in_a_year = datetime.now(UTC) + timedelta(days=360)
    Rule.objects.update(next_run_at=in_a_year)

    load(installation, rule(line) if "when" in line else rule(nightly, line), host)

    assert Rule.objects.get().next_run_at == (in_a_year if waits else None)


def test_changed_rule_has_another_version(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    before = Rule.objects.get().version

    load(installation, rule('roles = ["member"]'), host)

    assert Rule.objects.get().version != before
