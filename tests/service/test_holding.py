"""What people decide about held contacts is carried out, and only what can be."""

import pytest

from latchkey.policy.reasons import Why
from latchkey.service import holding
from latchkey.service.holding import Choice
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Change, SettingChange, State
from service.conftest import Workplace
from service.working import work, workload

__all__ = ["workload"]


def held_for(workplace: Workplace, workload: RuleWorkload, why: Why) -> Change:
    """A contact that is held for this reason."""
    workplace.rule()
    work(workload)
    return Change.objects.select_related("rule__site", "rule__crm").filter(why=why)[0]


def test_crossed_account_is_given_to_this_contact(workplace, workload):
    change = held_for(workplace, workload, Why.CROSSED)
    [give] = [one for one in holding.options(change) if one.choice is Choice.GIVE]

    holding.decide(workplace.installation, change, give.choice, give.value, "bo")
    work(workload)

    change.refresh_from_db()
    assert change.state == State.DONE
    assert str(workplace.world.links()[change.contact_id]) == give.value
    assert workplace.world.broken_invariants() == []


def test_one_of_several_people_with_an_address_gets_the_account(workplace, workload):
    change = held_for(workplace, workload, Why.SHARED_EMAIL)

    holding.decide(workplace.installation, change, Choice.CREATE, "", "bo")
    work(workload)

    assert change.contact_id in workplace.world.links()
    assert workplace.world.broken_invariants() == []


def test_other_address_of_the_contact_is_used(workplace, workload):
    change = held_for(workplace, workload, Why.SHARED_EMAIL)
    workplace.world.rows(
        "INSERT INTO civicrm_email (contact_id, email, is_primary, on_hold) "
        "VALUES (?, 'other@example.org', 0, 0)",
        change.contact_id,
    )
    [other] = holding.other_addresses(workplace.installation, change)

    holding.decide(workplace.installation, change, other.choice, other.value, "bo")
    work(workload)

    user = workplace.world.users()[workplace.world.links()[change.contact_id]]
    assert user.email == "other@example.org"


def test_ignored_contact_leaves_the_trigger_with_a_word_in_the_crm(workplace, workload):
    change = held_for(workplace, workload, Why.CROSSED)

    holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")
    work(workload)

    said = [n for n in workplace.world.notes("Failed") if n.contact_id == change.contact_id]
    assert len(said) == 1
    assert change.contact_id not in workplace.world.members("Active Members")


def test_privileged_account_can_only_be_left_alone(workplace, workload):
    change = held_for(workplace, workload, Why.ACCOUNT_PRIVILEGED)

    assert [one.choice for one in holding.options(change)] == [Choice.IGNORE]
    with pytest.raises(holding.DecisionError):
        holding.decide(workplace.installation, change, Choice.LINK, change.account_id, "bo")


def test_decision_is_written_into_the_changes_of_settings(workplace, workload):
    change = held_for(workplace, workload, Why.CROSSED)

    holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")

    entry = SettingChange.objects.get()
    assert (entry.by, entry.after) == ("bo", "ignore")


def test_decided_hold_cannot_be_decided_again(workplace, workload):
    change = held_for(workplace, workload, Why.CROSSED)
    holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")
    change.refresh_from_db()

    with pytest.raises(holding.DecisionError):
        holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")
