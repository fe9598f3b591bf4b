"""Imports in the browser: previewed, carried out, tried out, and taken back."""

import csv
import io

import pytest
from django.test import Client

from latchkey.store import rules
from latchkey.store.models import Import, User

from .conftest import Browser
from .importing import PEOPLE, Clerk
from .reading import text


def test_file_becomes_accounts(clerk: Clerk):
    one = clerk.done()

    assert clerk.logins() >= {"Zoe.Novak", "Abel.Kiss"}
    assert one.state == Import.State.DONE
    shown = text(clerk.page(one))
    assert "2 created" in shown
    assert "Has no primary e-mail address" in shown


def test_nothing_is_done_before_the_preview_was_confirmed(clerk: Clerk):
    one = clerk.ready()

    shown = text(clerk.page(one))
    assert "This is what would happen; nothing is done yet." in shown
    assert "Zoe.Novak" in shown
    assert "Zoe.Novak" not in clerk.logins()


def test_operator_starts_what_stays_under_the_brake(clerk: Clerk, approver: Clerk):
    one = clerk.ready()
    assert one.rule is not None
    one.rule.definition["brake"] = 1
    one.rule.save()

    refused = text(clerk.act(one, "confirm"))
    state = clerk.fresh(one).state
    approver.act(one, "confirm")

    assert "An approver has to start it." in refused
    assert state == Import.State.PLANNED
    assert clerk.fresh(one).state == Import.State.RUNNING


def test_what_is_carried_out_is_the_plan_that_was_seen(clerk: Clerk):
    one = clerk.ready()
    seen = clerk.page(one).context["plan"]
    clerk.shape(one, username="{contact.last_name}")
    clerk.work()

    refused = text(clerk.act(one, "confirm", {"plan": seen}))
    state = clerk.fresh(one).state
    clerk.act(one, "confirm", {"plan": clerk.page(one).context["plan"]})

    assert "planned anew; look at its preview again" in refused
    assert state == Import.State.PLANNED
    assert clerk.fresh(one).state == Import.State.RUNNING


def test_import_that_stopped_by_itself_goes_on_by_an_approver(clerk: Clerk, approver: Clerk):
    one = clerk.ready()
    clerk.act(one, "confirm")
    assert one.rule is not None
    rules.stop(one.rule, "An account came back with more power than asked for.")

    refused = text(clerk.act(one, "resume"))
    after_operator = clerk.fresh(one).rule
    approver.act(one, "resume")

    assert "An approver lets it go on." in refused
    assert after_operator is not None
    assert "more power" in after_operator.stopped_reason
    goes_on = clerk.fresh(one).rule
    assert goes_on is not None
    assert goes_on.stopped_reason == ""


def test_import_that_is_not_over_cannot_be_closed(clerk: Clerk, approver: Clerk):
    one = clerk.ready()

    refused = text(approver.act(one, "close"))

    assert "it can be closed when it is over" in refused
    assert clerk.fresh(one).state == Import.State.PLANNED


def test_rows_are_filtered_by_outcome_and_name(clerk: Clerk):
    one = clerk.ready()

    refused = text(clerk.page(one, "?outcome=refused"))
    abel = text(clerk.page(one, "?text=abel"))

    assert "Nomail Nobody" in refused
    assert "Zoe Novak" not in refused
    assert "Abel Kiss" in abel
    assert "Zoe Novak" not in abel


def test_rows_come_in_pages(clerk: Clerk):
    people = "".join(f"p{i}@example.org,First{i},Last{i},M\n" for i in range(60))
    one = clerk.ready(PEOPLE + people.encode())

    first = clerk.page(one).content.decode()

    assert "First45 Last45" in first
    assert "First50 Last50" not in first
    assert 'rel="next"' in first


def test_import_is_paused_and_goes_on(clerk: Clerk):
    one = clerk.ready()
    clerk.act(one, "confirm")

    paused = text(clerk.act(one, "pause"))
    clerk.work()
    before = clerk.logins()
    clerk.act(one, "resume")
    clerk.work()

    assert "Paused: nothing further is written" in paused
    assert "Zoe.Novak" not in before
    assert "Zoe.Novak" in clerk.logins()


def test_import_is_cancelled(clerk: Clerk):
    one = clerk.ready()
    clerk.act(one, "confirm")

    shown = text(clerk.act(one, "cancel"))
    clerk.work()

    assert "cancelled" in shown
    assert "cancelled the import" in shown
    assert "Zoe.Novak" not in clerk.logins()


def test_progress_follows_the_worker_and_loads_the_page_at_its_end(clerk: Clerk):
    one = clerk.ready()
    clerk.act(one, "confirm")
    address = f"/imports/{one.pk}/-/progress/?mark=running-False"

    part = clerk.client.get(address)
    clerk.work()
    after = clerk.client.get(address)

    assert "0 of 3" in text(part)
    assert after.headers["HX-Refresh"] == "true"


def test_test_run_goes_to_the_administrators_mailbox(clerk: Clerk):
    one = clerk.ready(notify="latchkey")

    clerk.act(one, "try", {"people": "1", "mailbox": "me@example.net"})
    clerk.work()
    test = clerk.latest()
    clerk.act(test, "confirm")
    clerk.work()

    assert test.pk != one.pk
    assert "me+test_1@example.net" in text(clerk.page(test))
    assert clerk.workplace.world.mails_to("me+test_1@example.net")
    assert clerk.fresh(one).state == Import.State.PLANNED


def test_upload_is_deleted_unless_it_was_carried_out(clerk: Clerk):
    kept, thrown = clerk.done(), clerk.upload()

    clerk.act(kept, "discard")
    clerk.act(thrown, "discard")

    assert list(Import.objects.values_list("pk", flat=True)) == [kept.pk]


def test_viewer_is_not_led_to_a_form_that_only_operators_may_fill_in(
    clerk: Clerk, browser: Browser
):
    one = clerk.upload()

    answer = browser(User.Role.VIEWER).get(f"/imports/{one.pk}/", follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain == [("/imports/", 302)]


def test_result_file_is_safe_for_spreadsheets(clerk: Clerk):
    one = clerk.done(b"E-Mail,Vorname,Nachname,M\n+zoe@example.org,@Zoe,Novak,M-1\n")

    answer = clerk.client.get(f"/imports/{one.pk}/csv/")

    content = answer.getvalue().decode()
    [row] = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    assert row["Email"] == "'+zoe@example.org"
    assert row["Name"] == "'@Zoe Novak"
    assert f"latchkey-import-{one.pk}.csv" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("crm", ["", "main"])
def test_mail_about_an_imported_account_is_sent_again(clerk: Clerk, crm: str):
    [[contact, email, first]] = clerk.workplace.world.rows(
        "SELECT c.id, e.email, c.first_name FROM civicrm_contact c JOIN civicrm_email e"
        " ON e.contact_id = c.id AND e.is_primary WHERE c.first_name = 'Ryszard'"
    )
    content = f"Contact ID,Email,First Name\n{contact},{email},{first}\n".encode()
    held = ("id", "email_primary.email", "first_name")
    one = clerk.done(content, held=held, crm=crm, notify="latchkey", username="{contact.id}")
    person = f"/people/{one.rule.crm.name}/{contact if crm else 2}/"

    before = len(clerk.workplace.world.mails_to(email))

    asked = clerk.client.post(f"{person}ask/", {"what": "resend", "rule": one.name}, follow=True)
    clerk.work()

    assert "The mail again" in text(asked)
    assert len(clerk.workplace.world.mails_to(email)) == before + 1


def test_accounts_are_ticked_and_taken_back(approver: Clerk):
    one = approver.done()
    approver.act(one, "undo/look")
    approver.work()
    page = approver.client.get(f"/imports/{one.pk}/undo/").content.decode()
    assert "No account goes by itself" in page
    abel = one.rule.changes.get(task="undo", intended_username="Abel.Kiss")

    approver.act(one, "undo/tick", {"chosen": abel.account_id, "page": "after=x\r\ny"})
    marked = text(approver.client.get(f"/imports/{one.pk}/undo/"))
    stale = text(approver.act(one, "undo/confirm", {"number": "2"}))
    approver.act(one, "undo/confirm", {"number": "1"})
    approver.work()

    assert "Take 1 account back" in marked
    assert "Other accounts were marked since the page was opened" in stale
    assert approver.undo_states(one) == {"Zoe.Novak": "ignored", "Abel.Kiss": "done"}
    assert approver.fresh(one).state == Import.State.UNDONE
    roles = {user.login: user.roles for user in approver.workplace.world.users().values()}
    assert (roles["Abel.Kiss"], roles["Zoe.Novak"]) == (frozenset(), {"subscriber"})


def test_account_that_an_undo_asks_about_is_no_hold_to_decide(approver: Clerk):
    one = approver.done()
    approver.act(one, "undo/look")
    approver.work()
    asked = one.rule.changes.get(task="undo", intended_username="Abel.Kiss")

    approver.client.post(f"/holds/{asked.pk}/decide/", {"choice": "ignore"})
    approver.client.post("/holds/ignore/", {"chosen": asked.pk})
    story = approver.client.get(f"/people/{one.rule.crm.name}/{asked.contact_id}/")

    asked.refresh_from_db()
    assert (asked.state, asked.owed) == ("held", None)
    assert f"/holds/{asked.pk}/" not in story.content.decode()


def test_hold_of_an_import_is_decided_once_the_import_is_carried_out(approver: Clerk):
    content = b"E-Mail,Vorname,Nachname,M\nboth@example.org,A,B,1\nboth@example.org,C,D,2\n"
    one = approver.ready(content)
    held = one.rule.changes.filter(state="held").first()

    approver.client.post(f"/holds/{held.pk}/decide/", {"choice": "ignore"})

    held.refresh_from_db()
    assert held.state == "held"


def test_row_that_is_held_can_be_decided_about(approver: Clerk):
    content = b"E-Mail,Vorname,Nachname,M\nboth@example.org,A,B,1\nboth@example.org,C,D,2\n"
    one = approver.done(content)
    held = one.rule.changes.filter(state="held").first()

    page = approver.client.get(f"/holds/{held.pk}/")
    person = approver.client.get(f"/people/{one.rule.crm.name}/{held.contact_id}/")

    assert f'href="/imports/{one.pk}/"' in page.content.decode()
    assert person.status_code == 200
    assert "wait for a person to decide" in text(approver.page(one))
    approver.act(one, "close")
    assert not one.rule.changes.filter(is_open=True).exists()


def test_connection_of_an_import_at_work_is_not_removed(clerk: Clerk, administrator: Client):
    one = clerk.ready()
    clerk.act(one, "confirm")

    answer = administrator.post("/connections/site/www/remove/", follow=True)

    assert f"import:{one.pk} (people.csv) is at work with it" in text(answer)
    assert clerk.fresh(one).state == Import.State.RUNNING
