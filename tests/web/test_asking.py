"""What is asked for in the browser is done by the worker, and followed on a page."""

import re

import pytest
from django.test import Client

from latchkey.remote.secrets import Secret
from latchkey.service import errands as doing
from latchkey.service import review
from latchkey.service.on_demand import BY_APPROVER
from latchkey.service.provisioning import run as provisioning
from latchkey.store import connections, errands, plans
from latchkey.store.models import Account, Change, Errand, State, Told, User

from .conftest import Browser


@pytest.fixture
def operator(browser: Browser) -> Client:
    """A browser in which an operator is logged in."""
    return browser(User.Role.OPERATOR)


def work(practising) -> Errand:
    """Let a worker do what was asked for last."""
    errand = Errand.objects.order_by("-pk")[0]
    doing.perform(practising.installation, errand.pk)
    errand.refresh_from_db()
    return errand


def provisioned(practising, client: Client) -> str:
    """Have contact 30 provisioned; what the page then says."""
    answer = client.post("/people/main/30/ask/", {"what": "provision", "rule": "members"})
    work(practising)
    return client.get(f"{answer.url}-/steps/").content.decode()


def test_preview_is_made_by_the_worker_and_listed_with_reasons(practising, browser: Browser):
    practising.rule()
    viewer = browser(User.Role.VIEWER)

    viewer.post("/rules/members/preview/ask/")
    waiting = viewer.get("/rules/members/preview/").content.decode()
    errand = work(practising)
    page = viewer.get("/rules/members/preview/?verdict=refuse").content.decode()

    assert "The worker begins in a moment" in waiting
    assert errand.done == errand.total
    assert "Has no primary e-mail address" in page
    assert not Change.objects.exists()


def test_complete_preview_lets_an_administrator_switch_the_rule_on(
    practising, administrator: Client
):
    rule = practising.rule()
    rule.enabled = False
    rule.save()
    administrator.post("/rules/members/preview/ask/")
    work(practising)

    page = administrator.get("/rules/members/preview/")
    administrator.post("/rules/members/enable/", {"previewed": page.context["ticket"]})

    rule.refresh_from_db()
    assert rule.enabled


def test_progress_loads_the_page_again_when_the_preview_is_over(practising, operator: Client):
    practising.rule()
    operator.post("/rules/members/preview/ask/")
    work(practising)

    answer = operator.get("/rules/members/preview/-/progress/")

    assert answer.headers["HX-Refresh"] == "true"


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


def test_mail_is_sent_again(practising, operator: Client):
    practising.run(practising.rule(notify="latchkey"))
    change = Change.objects.filter(state=State.DONE, told=Told.TOLD)[0]
    before = len(practising.world.mails_to(change.email))

    operator.post(f"/people/main/{change.contact_id}/ask/", {"what": "resend", "rule": "members"})
    work(practising)

    assert len(practising.world.mails_to(change.email)) == before + 1


def test_rule_that_tells_nobody_sends_nothing_again(practising, operator: Client):
    practising.run(practising.rule(notify="off"))
    change = Change.objects.filter(state=State.DONE, verdict="create")[0]

    operator.post(f"/people/main/{change.contact_id}/ask/", {"what": "resend", "rule": "members"})

    assert "sends no mail" in work(practising).problem


def test_password_reset_is_asked_for_and_listed(practising, operator: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(state=State.DONE, verdict="create")[0]

    operator.post("/people/ask/", _reset(change.contact_id))
    work(practising)
    page = operator.get("/resets/").content.decode().replace("<wbr>", "")

    assert change.email in page
    assert "was sent the mail to set a new password" in page


def _reset(contact_id: int) -> dict[str, object]:
    return {"what": "reset", "rule": "members", "contact_id": contact_id}


def test_what_is_asked_for_already_is_not_asked_twice(practising, operator: Client):
    practising.rule()

    operator.post("/rules/members/preview/ask/")
    operator.post("/rules/members/preview/ask/")

    assert Errand.objects.count() == 1


def test_errand_of_a_worker_that_died_is_begun_again(practising):
    errand = errands.ask(Errand.Kind.PREVIEW, "bo", rule=practising.rule())
    assert errands.take(errand.pk)
    assert errands.to_do() == []

    Errand.objects.update(lease_until=errand.asked_at)

    assert errands.to_do() == [errand.pk]
    assert errands.take(errand.pk)


def test_story_tells_every_step_and_what_the_rules_say(practising, operator: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(state=State.DONE, verdict="create")[0]
    place = f"/people/main/{change.contact_id}/"

    page = operator.get(place).content.decode()
    why = operator.get(f"{place}-/why/").content.decode()

    assert "Attempt 1 ended: done" in page
    assert f"cid={change.contact_id}" in page
    assert "not in any trigger" in why


def test_contact_that_no_rule_met_is_explained(practising, operator: Client):
    practising.rule(groups=["Website users"], history_group=None)
    contact_id = min(practising.world.members("Active Members") - set(practising.world.links()))

    page = operator.get(f"/people/main/{contact_id}/").content.decode()
    why = operator.get(f"/people/main/{contact_id}/-/why/").content.decode()

    assert "No rule has met this contact yet" in page
    assert "not in any trigger" in why


def test_users_are_paired_with_contacts_only_after_their_preview(practising, browser: Browser):
    practising.rule()
    approver = browser(User.Role.APPROVER)

    approver.post("/sites/www/link/")
    none_yet = Errand.objects.count()
    approver.post("/sites/www/look/", {"mode": "match"})
    seen = work(practising)
    approver.post("/sites/www/link/", {"seen": seen.pk})
    done = work(practising)

    assert none_yet == 0
    assert done.kind == Errand.Kind.LINK
    assert done.state == Errand.State.DONE


def test_users_are_paired_as_the_page_showed_and_not_by_a_later_preview(
    practising, browser: Browser
):
    practising.rule()
    approver = browser(User.Role.APPROVER)
    approver.post("/sites/www/look/", {"mode": "match"})
    work(practising)
    page = approver.get("/sites/www/users/").content.decode()
    approver.post("/sites/www/look/", {"mode": "create"})
    later = work(practising)

    seen = re.findall(r'name="seen" value="(\d+)"', page)
    approver.post("/sites/www/link/", {"seen": seen})

    assert Errand.objects.latest("pk") == later


def test_links_are_looked_at(practising, operator: Client):
    practising.rule()
    operator.post("/sites/www/look/", {"what": "links"})

    work(practising)

    page = operator.get("/sites/www/links/").content.decode()
    assert "crossed" in page


def test_csv_takes_no_formula_along(practising, operator: Client):
    Account.objects.create(
        site=practising.site,
        account_id="1",
        username="=1+1",
        email="a@example.org",
        recorded_at=practising.installation.now(),
    )

    text = b"".join(operator.get("/accounts/csv/").streaming_content).decode()

    assert "'=1+1" in text


def test_account_is_found_by_the_name_of_its_contact(practising, operator: Client):
    practising.run(practising.rule())
    change = Change.objects.filter(state=State.DONE, verdict="create")[0]

    found = operator.get("/accounts/", {"text": change.contact_name}).context["list"].rows

    assert change.account_id in {row.account_id for row in found}


def test_accounts_are_narrowed_by_role_state_site_and_rule(practising, operator: Client):
    practising.run(practising.rule())
    asked = {"role": "subscriber", "state": "active", "site": "www", "rule": "members"}

    found = operator.get("/accounts/", asked).context["list"]
    none = operator.get("/accounts/", asked | {"role": "sub"}).context["list"]

    assert found.counted > 0
    assert none.counted == 0


def test_new_secret_of_a_hook_is_shown_once_and_the_old_one_stays(
    practising, administrator: Client
):
    crm, keyring = practising.crm, practising.installation.keyring
    connections.seal(crm, {"hook_secret": Secret("whsec_old")}, keyring)
    crm.save()

    page = administrator.post("/webhooks/main/rotate/").content.decode()
    again = administrator.get("/webhooks/").content.decode()

    crm.refresh_from_db()
    new, old = connections.unseal(crm, keyring)["hook_secret"].reveal().split(",")
    assert old == "whsec_old"
    assert new in page.replace("&#x2B;", "+")
    assert "whsec_" not in again


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
