"""What a file leaves out is kept, or removed when that is asked for."""

import pytest

from latchkey.service.configuration.credentials import Host
from latchkey.service.configuration.loading import load
from latchkey.service.installation import Installation
from latchkey.store import imports
from latchkey.store.models import Account, Change, Connection, Import, Rule, State
from service.configuration.files import CRM, RULE, SITE, WHOLE
from service.configuration.loads import problems_of, steps

pytestmark = pytest.mark.django_db


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


def test_prune_is_refused_while_an_import_is_at_work_with_the_site(
    installation: Installation, host: Host
) -> None:
    load(installation, CRM + SITE, host)
    one = imports.begin("people.csv", "", "maria")
    imports.shape(one, None, Connection.objects.get(name="www"), definition={}, version="1")
    imports.update(one, state=Import.State.RUNNING)

    wrong = problems_of(installation, CRM, host, prune=True)

    assert wrong["site.www"].startswith(f"{one.name} (people.csv) is at work with it")
