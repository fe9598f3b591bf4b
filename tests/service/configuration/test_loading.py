"""A file is stored as a whole or not at all, and loading it shows what changed."""

from dataclasses import replace
from pathlib import Path

import pytest

from latchkey.crm.contract import TriggerKind
from latchkey.remote.errors import TransientError
from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.differences import Step
from latchkey.service.configuration.loading import Loaded, load
from latchkey.service.configuration.problems import ConfigurationError
from latchkey.service.installation import Installation
from latchkey.store import connections
from latchkey.store.models import Account, Change, Connection, Rule, State
from service.configuration.files import CRM, RULE, SITE, WHOLE, rule

pytestmark = pytest.mark.django_db


def steps(loaded: Loaded) -> dict[str, str]:
    return {one.where: one.step.value for one in loaded.differences}


def problems_of(installation: Installation, text: str, host: Host, **how: bool) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        load(installation, text, host, **how)
    return {problem.where: problem.sentence for problem in caught.value.problems}


def secret_of(installation: Installation, name: str, secret: str) -> str:
    row = Connection.objects.get(name=name)
    return connections.unseal(row, installation.keyring)[secret].reveal()


def test_new_file_is_stored(installation: Installation, host: Host) -> None:
    loaded = load(installation, WHOLE, host)

    assert set(steps(loaded).values()) == {"added"}
    assert Rule.objects.get().site.hosts_crm == Connection.objects.get(name="main")
    assert secret_of(installation, "www", "password") == "site-secret"


def test_credential_is_stored_encrypted(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    assert "secret" not in str(list(Connection.objects.values()))


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


def test_changed_credential_is_named_and_never_shown(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, WHOLE.replace("crm-secret", "new-secret"), host)

    changed = next(one for one in loaded.differences if one.where == "crm.main")
    assert [one.key for one in changed.alterations] == ["api_key"]
    assert "secret" not in str(loaded)
    assert secret_of(installation, "main", "api_key") == "new-secret"


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


def test_rule_left_out_stays_behind_those_of_the_file(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, CRM + SITE + RULE.replace("members", "staff"), host)

    assert steps(loaded)["rule.members"] == "kept"
    assert [row.name for row in Rule.objects.all()] == ["staff", "members"]


def test_prune_removes_what_is_not_in_the_file(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, CRM, host, prune=True)

    assert steps(loaded) == {
        "crm.main": "unchanged",
        "site.www": "removed",
        "rule.members": "removed",
    }
    assert [str(row) for row in Connection.objects.all()] == ["crm.main"]


def test_prune_follows_a_rule_that_moved_to_another_connection(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    moved = SITE.replace("www", "new") + RULE.replace('"www"', '"new"')

    load(installation, CRM + moved, host, prune=True)

    assert Rule.objects.get().site.name == "new"
    assert not Connection.objects.filter(name="www").exists()


def test_prune_says_how_many_known_accounts_go_with_a_site(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    site = Connection.objects.get(name="www")
    Account.objects.create(site=site, account_id="7", recorded_at="2026-01-01T00:00Z")

    loaded = load(installation, CRM, host, prune=True)

    removed = next(one for one in loaded.differences if one.where == "site.www")
    assert removed.alterations[0].before == "1"


def test_prune_is_refused_while_contacts_are_half_way(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    Change.objects.create(
        rule=Rule.objects.get(),
        contact_id=1,
        state=State.MADE,
        entered_at="2026-01-01T00:00Z",
    )

    wrong = problems_of(installation, CRM + SITE, host, prune=True)

    assert "half-way" in wrong["rule.members"]
    assert Rule.objects.exists()


def test_environment_reference_is_resolved_and_remembered(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE.replace("crm-secret", "env:CIVICRM_API_KEY"), host)

    row = Connection.objects.get(name="main")
    assert secret_of(installation, "main", "api_key") == "from-the-environment"
    assert row.references == {"api_key": "env:CIVICRM_API_KEY"}


def test_file_reference_is_taken_from_beside_the_file(
    installation: Installation, host: Host, tmp_path: Path
) -> None:
    (tmp_path / "key.txt").write_text("from-a-file\n")

    load(installation, WHOLE.replace("crm-secret", "file:key.txt"), host)

    assert secret_of(installation, "main", "api_key") == "from-a-file"


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("env:NOT_SET", "NOT_SET"),
        ("file:nowhere.txt", "nowhere.txt"),
        ("file:empty.txt", "empty"),
        ("stored", "nothing is stored"),
    ],
)
def test_reference_that_leads_nowhere_is_refused(
    installation: Installation, host: Host, tmp_path: Path, reference: str, said: str
) -> None:
    (tmp_path / "empty.txt").touch()

    wrong = problems_of(installation, WHOLE.replace("crm-secret", reference), host)

    assert said in wrong["crm.main.api_key"]


def test_stored_keeps_what_is_there(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)

    loaded = load(installation, WHOLE.replace("crm-secret", "stored"), host)

    assert steps(loaded)["crm.main"] == "unchanged"
    assert secret_of(installation, "main", "api_key") == "crm-secret"


def test_stored_that_cannot_be_decrypted_asks_for_the_credential(
    installation: Installation, host: Host
) -> None:
    load(installation, WHOLE, host)
    Connection.objects.filter(name="main").update(sealed={"api_key": "of another key"})

    wrong = problems_of(installation, WHOLE.replace("crm-secret", "stored"), host)

    assert "cannot be decrypted" in wrong["crm.main.api_key"]


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


def test_changed_rule_has_another_version(installation: Installation, host: Host) -> None:
    load(installation, WHOLE, host)
    before = Rule.objects.get().version

    load(installation, rule('roles = ["member"]'), host)

    assert Rule.objects.get().version != before


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
