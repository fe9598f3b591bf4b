"""What people may decide about holds is checked, and stands beside what was decided before."""

import pytest

from latchkey.policy.planning import Wish
from latchkey.policy.reasons import Why
from latchkey.policy.values import Account
from latchkey.service import holding
from latchkey.service.holding import Choice
from latchkey.store import accounts
from latchkey.store.accounts import Known
from latchkey.store.models import Change, Rule, SettingChange, State
from service.configuration.stand_ins import stand_in_installation
from store import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule() -> Rule:
    """A rule whose contacts are held."""
    return rows.rule()


def held(rule: Rule, why: Why = Why.SHARED_EMAIL, **different: object) -> Change:
    """Contact 7, who waits for a person."""
    return rows.change(rule, 7, state=State.HELD, verdict="hold", why=why, **different)


def decide(change: Change, choice: Choice, value: str = "") -> Wish:
    """What is wished of the change after bo's decision."""
    holding.decide(stand_in_installation(), change, choice, value, "bo")
    change.refresh_from_db()
    return change.wish


def test_decision_that_comes_too_late_says_so_and_is_not_written_down(rule):
    change = held(rule)
    Change.objects.update(why=Why.ACCOUNT_PRIVILEGED)

    with pytest.raises(holding.DecisionError, match="any more"):
        decide(change, Choice.CREATE)

    assert not SettingChange.objects.exists()


@pytest.mark.parametrize("email", ["", "nobody", "a b@example.org", "x" * 260 + "@example.org"])
def test_other_address_has_to_be_an_address(rule, email):
    change = held(rule)

    with pytest.raises(holding.DecisionError, match="not an e-mail address"):
        decide(change, Choice.OTHER_ADDRESS, email)

    change.refresh_from_db()
    assert (change.state, change.wished) == (State.HELD, None)


def test_other_address_of_somebody_who_has_an_account_is_refused_by_name(rule):
    known = Known(Account("1", "bo", "bo@example.org"), 8, frozenset(), created_by_us=True)
    accounts.record(rule.site, rule.crm, [known])

    with pytest.raises(holding.DecisionError, match="Contact 8 uses"):
        decide(held(rule), Choice.OTHER_ADDRESS, "Bo@Example.org")


@pytest.mark.parametrize("state", [State.DUE, State.HELD, State.CREATING])
def test_other_address_of_somebody_who_is_about_to_have_an_account_is_refused(rule, state):
    rows.change(rule, 8, email="bo@example.org", state=state)

    with pytest.raises(holding.DecisionError, match="Contact 8 uses"):
        decide(held(rule), Choice.OTHER_ADDRESS, "bo@example.org")


def test_address_that_only_the_contact_itself_or_nobody_uses_any_more_is_taken(rule):
    known = Known(Account("1", "ada", "ada@example.org"), 7, frozenset(), created_by_us=True)
    accounts.record(rule.site, rule.crm, [known])
    rows.change(rule, 8, email="ada@example.org", state=State.REFUSED)

    assert decide(held(rule), Choice.OTHER_ADDRESS, " ada@example.org ").email == "ada@example.org"


def test_going_on_keeps_the_address_that_was_decided_before(rule):
    change = held(rule, Why.CHANGED_SINCE_PLAN, wished={"email": "ada@example.org"})

    assert decide(change, Choice.GO_ON) == Wish(email="ada@example.org")


def test_account_for_one_of_several_keeps_the_address_that_was_decided_before(rule):
    change = held(rule, wished={"email": "ada@example.org"})

    assert decide(change, Choice.CREATE) == Wish(email="ada@example.org", despite_sharing=True)


def test_account_that_is_given_keeps_the_address_that_was_decided_before(rule):
    wished = {"email": "ada@example.org"}
    change = held(rule, Why.CROSSED, wished=wished, account_id="31", details={"username": "ada"})

    assert decide(change, Choice.GIVE, "31") == Wish(account_id="31", email="ada@example.org")


def test_another_address_is_not_shared_because_the_one_before_might_be(rule):
    change = held(rule, wished={"despite_sharing": True})

    assert decide(change, Choice.OTHER_ADDRESS, "ada@example.org") == Wish(email="ada@example.org")
