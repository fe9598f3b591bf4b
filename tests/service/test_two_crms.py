"""Two CRMs that serve one site: neither takes the accounts of the other's contacts."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from latchkey.policy.pairing import UsersToContacts
from latchkey.policy.reasons import Why
from latchkey.policy.values import Account as SiteAccount
from latchkey.remote.doors import Doors
from latchkey.service.doctor import diagnose
from latchkey.service.ends import open_ends
from latchkey.service.linking import link_users
from latchkey.store import accounts
from latchkey.store.accounts import Known
from latchkey.store.models import Account, Change, Connection, Rule, State
from service.conftest import LIMITS, WiredConnect, Workplace, working_at

ONE = 40


@pytest.fixture(params=[True, False], ids=["hosted", "apart"])
def shared(
    request: pytest.FixtureRequest,
    practice: Any,
    transactional_db: None,  # noqa: ARG001 - threads of a run see what is committed
) -> Iterator[Workplace]:
    """A site that two CRMs with one contact serve; it may host the first."""
    connect = WiredConnect(Doors(limits=LIMITS))
    with working_at(practice, practice.url, connect, hosted=request.param) as at_work:
        at_work.world.rows(
            "UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id != ?", ONE
        )
        yield at_work


def another_crm(workplace: Workplace) -> Connection:
    """A second CRM, whose contacts have the same numbers."""
    return Connection.objects.create(
        key=uuid4(), role="crm", name="other", kind="civicrm", url=workplace.crm_wire.url
    )


def rule_of(workplace: Workplace, crm: Connection) -> Rule:
    """A rule that reads from this CRM."""
    rule = workplace.rule("second", 1, afterwards="keep")
    Rule.objects.filter(pk=rule.pk).update(crm=crm)
    rule.refresh_from_db()
    return rule


def test_account_of_the_other_crms_contact_is_held_and_stays_where_it_is(shared: Workplace):
    shared.run(shared.rule(afterwards="keep"))
    users = shared.world.users()

    shared.run(rule_of(shared, another_crm(shared)))

    change = Change.objects.get(rule__name="second")
    assert (change.state, change.why) == (State.HELD, Why.OWNED_ELSEWHERE)
    assert f"belongs to contact {ONE} of main" in change.reason.sentence
    assert [row.crm.name for row in Account.objects.all()] == ["main"]
    assert shared.world.users() == users


def test_account_that_a_hosting_crm_links_is_its_contacts_though_nobody_wrote_it_down(
    workplace: Workplace,
):
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id != ?", ONE
    )
    workplace.run(workplace.rule(afterwards="keep"))
    Account.objects.all().delete()

    workplace.run(rule_of(workplace, another_crm(workplace)))

    assert Change.objects.get(rule__name="second").why == Why.OWNED_ELSEWHERE


def test_users_of_the_other_crm_are_neither_linked_nor_ailing(workplace: Workplace):
    found = list(link_users(workplace.installation, workplace.site, UsersToContacts.OFF))
    theirs = found[0].account
    _record(workplace, theirs)

    linked = list(link_users(workplace.installation, workplace.site, UsersToContacts.MATCH))

    assert theirs.id not in {one.account.id for one in linked}
    ailing = diagnose(workplace.installation, workplace.site)
    assert theirs.id not in {one.account_id for one in ailing}
    [error] = open_ends(workplace.installation, workplace.site).link([(theirs, ONE)])
    assert "contact 7 of other" in str(error)
    assert Account.objects.get(account_id=theirs.id).contact_id == 7


def _record(workplace: Workplace, account: SiteAccount) -> None:
    known = Known(account, 7, frozenset(), created_by_us=False)
    accounts.record(workplace.site, another_crm(workplace), [known])
