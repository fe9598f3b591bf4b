"""Plans, holds and failures: what people decide in the browser is what is carried out."""

import pytest
from django.test import Client

from latchkey.policy.reasons import Why
from latchkey.store.models import Change, Plan, State, User

from .conftest import Browser


@pytest.fixture
def approver(browser: Browser) -> Client:
    """A browser in which an approver is logged in."""
    return browser(User.Role.APPROVER)


@pytest.fixture
def plan(practising) -> Plan:
    """A plan that the brake holds."""
    rule = practising.rule(brake=3)
    practising.run(rule)
    return Plan.objects.get(state=Plan.State.HELD)


def due(plan: Plan) -> list[int]:
    """The contacts that wait with a plan."""
    rows = Change.objects.filter(plan=plan, state=State.DUE).order_by("pk")
    return list(rows.values_list("contact_id", flat=True))


def test_plan_shows_what_holds_it_and_each_person(plan, approver: Client):
    page = approver.get(f"/review/{plan.pk}/").content.decode().replace("<wbr>", "")

    first = Change.objects.filter(plan=plan, state=State.DUE).order_by("pk")[0]
    assert "more than the brake of 3" in page
    assert first.email in page


def test_part_of_a_plan_is_released_and_the_rest_stays_held(plan, approver: Client):
    two = due(plan)[:2]

    approver.post(f"/review/{plan.pk}/release/", {"chosen": two})

    released = Change.objects.filter(plan__state=Plan.State.RELEASED)
    assert sorted(released.values_list("contact_id", flat=True)) == sorted(two)
    assert not set(two) & set(due(plan))


def test_who_was_decided_anew_since_the_page_was_opened_waits(plan, approver: Client):
    first, *rest = due(plan)
    Plan.objects.filter(pk=plan.pk).update(revision=3)
    page = approver.get(f"/review/{plan.pk}/").content.decode()
    details = Change.objects.get(contact_id=first).details
    Change.objects.filter(contact_id=first).update(details={**details, "revised": 4})

    answer = approver.post(
        f"/review/{plan.pk}/release/", {"which": "all", "seen": "3"}, follow=True
    )

    assert 'name="seen" value="3"' in page
    assert due(plan) == [first]
    shown = answer.content.decode()
    assert f"{len(rest)} changes are carried out now." in shown
    assert "1 contact was decided anew after the page was opened" in shown
    assert "Decided anew since the plan was made." in shown


def test_releasing_nobody_releases_nothing(plan, approver: Client):
    answer = approver.post(f"/review/{plan.pk}/release/", follow=True)

    plan.refresh_from_db()
    assert plan.state == Plan.State.HELD
    assert "Nobody was ticked" in answer.content.decode()


def test_rejected_plan_is_not_carried_out(plan, approver: Client):
    approver.post(f"/review/{plan.pk}/reject/")

    plan.refresh_from_db()
    assert plan.state == Plan.State.REJECTED
    assert due(plan) == []


def test_operator_may_look_at_a_plan_and_not_release_it(plan, browser: Browser):
    operator = browser(User.Role.OPERATOR)

    assert "Release" not in operator.get(f"/review/{plan.pk}/").content.decode().split("<main")[1]
    assert operator.post(f"/review/{plan.pk}/release/", {"which": "all"}).status_code == 403


def test_hold_offers_what_can_be_carried_out_with_what_follows(practising, approver: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(why=Why.CROSSED)[0]

    page = approver.get(f"/holds/{change.pk}/-/panel/").content.decode()

    assert "Take the account" in page
    assert "The link moves" in page
    assert "Look for other addresses" in page


def test_hold_is_decided_and_goes_on(practising, approver: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(why=Why.SHARED_EMAIL)[0]

    approver.post(f"/holds/{change.pk}/decide/", {"choice": "create", "value": ""})

    change.refresh_from_db()
    assert change.state == State.NOTICED
    assert change.wish.despite_sharing


def test_decision_that_is_not_offered_changes_nothing(practising, approver: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(why=Why.ACCOUNT_PRIVILEGED)[0]

    approver.post(f"/holds/{change.pk}/decide/", {"choice": "link", "value": change.account_id})

    change.refresh_from_db()
    assert change.state == State.HELD


def test_several_holds_are_left_as_they_are_at_once(practising, approver: Client):
    practising.run(practising.rule())
    two = [change.pk for change in Change.objects.filter(state=State.HELD)[:2]]

    approver.post("/holds/ignore/", {"chosen": two})

    assert Change.objects.filter(pk__in=two, state=State.IGNORED).count() == 2


def test_contact_without_other_addresses_is_told_so(practising, approver: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(why=Why.SHARED_EMAIL)[0]

    page = approver.get(f"/holds/{change.pk}/-/addresses/").content.decode()

    assert "no other address" in page


def test_failure_is_retried_by_an_operator(practising, browser: Browser):
    practising.run(practising.rule())
    change = Change.objects.filter(state=State.DONE)[0]
    Change.objects.filter(pk=change.pk).update(state=State.GIVEN_UP, is_open=False)

    browser(User.Role.OPERATOR).post("/failures/retry/", {"chosen": [change.pk]})

    again = Change.objects.get(contact_id=change.contact_id, episode=change.episode + 1)
    assert again.on_demand


def test_failures_are_listed_with_their_reason(practising, browser: Browser):
    practising.run(practising.rule())

    page = browser(User.Role.VIEWER).get("/failures/").content.decode()

    assert "Has no primary e-mail address" in page
