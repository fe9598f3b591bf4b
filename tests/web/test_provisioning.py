"""One contact's account, asked for in the browser: each step as it happens, and what came of it."""

import pytest
from django.test import Client

from latchkey.service import review
from latchkey.service.on_demand import BY_APPROVER
from latchkey.service.provisioning import run as provisioning
from latchkey.store import plans
from latchkey.store.models import Change, Errand, State, User

from .conftest import Browser
from .performing import operator, work

__all__ = ["operator"]


def provisioned(practising, client: Client) -> str:
    """Have contact 30 provisioned; what the page then says."""
    answer = client.post("/people/main/30/ask/", {"what": "provision", "rule": "members"})
    work(practising)
    return client.get(f"{answer.url}-/steps/").content.decode()


def test_account_is_provisioned_on_demand_with_each_step_shown(practising, operator: Client):
    practising.rule(groups=["Website users"], history_group=None)
    contact_id = min(practising.world.members("Active Members") - set(practising.world.links()))

    answer = operator.post(
        f"/people/main/{contact_id}/ask/", {"what": "provision", "rule": "members"}
    )
    errand = work(practising)
    page = operator.get(f"{answer.url}-/steps/").content.decode()

    assert errand.state == Errand.State.DONE
    assert "Reading the contact" in page
    assert Change.objects.get(contact_id=contact_id).state in {State.DONE, State.REFUSED}


@pytest.mark.parametrize(
    "case",
    [
        (State.HELD, "account_privileged", "A person has to decide"),
        (State.REFUSED, "no_email", "decided again when the contact or the rule changes"),
        (State.IGNORED, "ignored", "decided again when the contact or the rule changes"),
        (State.GIVEN_UP, "no_email", "Retry"),
        (State.DUE, "no_account_yet", "goes on with it by itself"),
    ],
)
def test_page_calls_nothing_done_that_was_not_and_says_why(
    practising, monkeypatch: pytest.MonkeyPatch, operator: Client, case
):
    state, why, told = case
    details = {"username": "bob", "by": "anna"}
    change = Change(rule=practising.rule(), contact_id=30, state=state, why=why, details=details)
    monkeypatch.setattr(provisioning, "provision", lambda *_args: change)

    page = provisioned(practising, operator)

    assert "Finished" not in page
    assert "state-good" not in page
    assert "story-good" not in page
    assert change.reason.sentence[1:] in page
    assert told in page


def test_who_was_given_an_account_is_done_on_the_page(practising, operator: Client):
    practising.rule()

    page = provisioned(practising, operator)

    assert "Finished" in page
    assert "state-good" in page


def test_rejected_contact_is_given_nothing_by_an_operator_and_is_told_why(
    practising, browser: Browser
):
    rule = practising.rule(review="always")
    practising.run(rule)
    review.reject(plans.held()[0], "anna")

    page = provisioned(practising, browser(User.Role.OPERATOR))

    assert "anna rejected the plan. Ask a person who may release plans" in page
    assert "Finished" not in page


def test_contact_that_the_crm_does_not_have_is_told_on_the_page(practising, operator: Client):
    practising.rule()

    operator.post("/people/main/999999/ask/", {"what": "provision", "rule": "members"})
    errand = work(practising)

    assert errand.state == Errand.State.FAILED
    assert "999999" in errand.problem


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-1", "0", "x"])
def test_contact_that_no_crm_can_have_is_not_asked_for(practising, operator: Client, number: str):
    practising.rule()
    asked = {"rule": "members", "what": "provision"}

    said = operator.post("/people/ask/", {**asked, "contact_id": number}, follow=True)
    straight = operator.post(f"/people/main/{'9' * 19}/ask/", asked)

    assert "which contact by its ID" in said.content.decode()
    assert straight.status_code == 404
    assert not Errand.objects.exists()


@pytest.mark.parametrize(
    ("role", "mode"), [(User.Role.OPERATOR, ""), (User.Role.APPROVER, BY_APPROVER)]
)
def test_account_is_asked_for_with_what_whoever_asks_may_release(
    practising, browser: Browser, role, mode
):
    practising.rule()
    asked = {"what": "provision", "rule": "members", "contact_id": "30"}

    browser(role).post("/people/ask/", asked)

    assert Errand.objects.get().mode == mode
