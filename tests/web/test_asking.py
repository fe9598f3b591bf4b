"""What is asked for in the browser is done by the worker, and followed on a page."""

import re

from django.test import Client

from latchkey.remote.secrets import Secret
from latchkey.store import connections, errands
from latchkey.store.models import Account, Change, Errand, State, Told, User

from .conftest import Browser
from .performing import operator, work

__all__ = ["operator"]


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
