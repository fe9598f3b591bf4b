"""Rules in the browser: written with what they would do beside them, moved, switched on and off."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from latchkey.remote.errors import SiteError
from latchkey.service.configuration.rules import table_of
from latchkey.service.configuration.schema import RuleTable
from latchkey.store.models import Account, Change, Pause, Rule, SettingChange
from latchkey.web.enabling import ticket
from latchkey.web.rule_forms import RuleForm
from latchkey.web.rule_words import PARTS, WORDS
from latchkey.web.username_preview import SHOWN

from .conftest import BrowsedCrm
from .forms import RULE
from .reading import pressed, text


def unchanged(rule: Rule) -> dict[str, Any]:
    """What a browser sends when a rule is opened and saved."""
    form = RuleForm(before=rule)
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_new_rule_is_stored_off(administrator: Client, members: Rule):
    answer = administrator.post("/rules/-/new/", RULE)

    row = Rule.objects.get(name="friends")
    assert answer.url == "/rules/friends/"
    assert not row.enabled
    assert row.position > members.position


def test_rule_that_is_saved_as_it_is_does_not_change(administrator: Client, members: Rule):
    before = members.version

    administrator.post("/rules/members/edit/", unchanged(members))

    assert Rule.objects.get(name="members").version == before
    assert not SettingChange.objects.exists()


def test_change_of_a_rule_is_written_down(administrator: Client, members: Rule):
    administrator.post("/rules/members/edit/", unchanged(members) | {"brake": "20"})

    row = SettingChange.objects.get()
    assert (row.by, row.what) == ("the administrator", "rule.members.brake")
    assert row.after == "20"


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"username": "{contact.api_key}"}, "api_key"),
        ({"groups": [], "tags": []}, "watches nothing"),
        ({"groups": ["Friends\x00"]}, "Null characters"),
        ({"groups": ["Speakers of French"]}, "cannot be taken out"),
        ({"roles": ["administrator"]}, "never gives"),
        ({"when": "schedule", "cron": ""}, "Write when"),
        ({"when": "schedule", "cron": "every day"}, "neither"),
        ({"timezone": "Mars"}, "Mars"),
        ({"fields": "no_such_field={contact.id}"}, "no_such_field"),
        ({"review": "above", "review_above": ""}, "above how many"),
        ({"name": "members"}, "already"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_stored(
    administrator: Client, wrong: dict[str, Any], said: str
):
    answer = administrator.post("/rules/-/new/", RULE | wrong)

    assert said in text(answer)
    assert not Rule.objects.filter(name="friends").exists()


@pytest.mark.usefixtures("members")
def test_everything_that_a_rule_can_be_told_is_kept(administrator: Client):
    told = {
        "tags": ["Website"],
        "fields": "first_name={contact.first_name}\r\n",
        "when": "both",
        "cron": "30 22 * * mon-fri",
        "timezone": "Europe/Berlin",
        "hours": "22:00-06:00",
        "review": "above",
        "review_above": "50",
        "telling_subject": "Hello",
        "telling_text": "Here: {account.link}\r\nBye",
        "welcome": "on",
        "history_tag": "Has a login",
    }

    administrator.post("/rules/-/new/", RULE | told)

    table = table_of(Rule.objects.select_related("crm", "site").get(name="friends"))
    assert table.when == ("at once", "30 22 * * mon-fri")
    assert (table.review, table.hours, table.welcome) == (50, "22:00-06:00", True)
    assert table.telling.text == "Here: {account.link}\nBye"
    assert table.fields == {"first_name": "{contact.first_name}"}


@pytest.mark.usefixtures("members")
def test_form_asks_for_every_field_of_a_rule_and_explains_it():
    asked = {name for part in PARTS for name in part.fields}
    fields = set(RuleTable.model_fields) - {"enabled", "telling"}

    assert fields <= asked == set(WORDS)
    assert set(RuleForm(before=None).fields) == asked
    assert all(words.label and words.help for words in WORDS.values())


@pytest.mark.usefixtures("members")
def test_username_is_shown_for_real_contacts_while_typing(administrator: Client):
    answer = administrator.post("/rules/-/typing/", RULE | {"username": "{contact.last_name}"})

    assert "Nunez Ana Nunez Nunez-2" in text(answer)
    assert "Nunez is taken" in text(answer)


def test_username_that_the_site_has_already_is_seen(administrator: Client, members: Rule):
    Account.objects.create(
        site=members.site, account_id="9", username="li", email="x", recorded_at="2026-01-01T00:00Z"
    )

    answer = administrator.post("/rules/-/typing/", RULE)

    assert "Bo Li Li-2" in text(answer)


@pytest.mark.usefixtures("members")
def test_typing_asks_the_crm_once(administrator: Client, browsed_crm: BrowsedCrm):
    for letters in ("{contact.first_name}", "{contact.last_name}", "x"):
        administrator.post("/rules/-/typing/", RULE | {"username": letters})

    assert browsed_crm.asked == ["groups"]


@pytest.mark.usefixtures("members")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "3 contacts are in there now"),
        ({"brake": "2"}, "more than the brake of 2"),
        ({"roles": ["editor"]}, '"editor" has power'),
        ({"roles": ["king"]}, 'no role "king"'),
        ({"groups": ["Speakers of French"]}, "cannot be taken out"),
        ({"groups": ["Nowhere"]}, 'no group "Nowhere"'),
        ({"username": "{contact.first_nam}"}, "first_nam"),
        ({"groups": [], "tags": []}, "Made-up people"),
    ],
)
def test_what_the_rule_would_do_is_said_beside_it(
    administrator: Client, typed: dict[str, Any], said: str
):
    answer = administrator.post("/rules/-/typing/", RULE | typed)

    assert said in text(answer)


@pytest.mark.usefixtures("members")
def test_form_works_while_the_crm_is_down(administrator: Client, browsed_crm: BrowsedCrm):
    browsed_crm.failure = SiteError("The CRM does not answer.")

    answer = administrator.get("/rules/members/edit/")

    assert answer.status_code == 200
    assert "The CRM does not answer." in text(answer)


@pytest.mark.usefixtures("members")
def test_many_contacts_make_a_short_list(administrator: Client, browsed_crm: BrowsedCrm):
    browsed_crm.people = [(f"First{n}", f"Last{n}") for n in range(60)]

    answer = administrator.post("/rules/-/typing/", RULE)

    assert len(answer.context["seen"].usernames.rows) == SHOWN
    assert "60 contacts are in there now" in text(answer)


@pytest.mark.usefixtures("members")
def test_rules_change_places(administrator: Client):
    administrator.post("/rules/others/move/", {"to": "up"})

    assert [row.name for row in Rule.objects.all()] == ["others", "members"]


@pytest.mark.usefixtures("members")
def test_first_rule_cannot_go_higher(administrator: Client):
    administrator.post("/rules/members/move/", {"to": "up"})

    assert [row.name for row in Rule.objects.all()] == ["members", "others"]


def test_rule_is_switched_on_only_after_its_preview(administrator: Client, members: Rule):
    Rule.objects.update(enabled=False)

    administrator.post("/rules/members/enable/", {"previewed": "forged"})
    before = Rule.objects.get(name="members").enabled
    administrator.post("/rules/members/enable/", {"previewed": ticket(members)})

    assert not before
    assert Rule.objects.get(name="members").enabled


def test_preview_of_what_the_rule_said_before_does_not_count(administrator: Client, members: Rule):
    seen = ticket(members)
    administrator.post("/rules/members/disable/")
    administrator.post("/rules/members/edit/", unchanged(members) | {"roles": ["member"]})

    administrator.post("/rules/members/enable/", {"previewed": seen})

    assert not Rule.objects.get(name="members").enabled


def test_rule_is_paused_and_goes_on(administrator: Client, members: Rule):
    pressed(administrator, "/rules/members/")
    paused = Pause.objects.filter(rule=members).exists()
    pressed(administrator, "/rules/members/")

    assert paused
    assert not Pause.objects.exists()


def test_pause_of_a_rule_that_is_pressed_twice_stays_a_pause(administrator: Client, members: Rule):
    administrator.post("/rules/members/pause/", {"to": "pause"})
    administrator.post("/rules/members/pause/", {"to": "pause"})

    assert Pause.objects.filter(rule=members).exists()


def test_rule_with_somebody_half_way_is_not_removed(administrator: Client, members: Rule):
    administrator.post("/rules/members/disable/")
    Change.objects.create(
        rule=members, contact_id=1, state="made", entered_at="2026-01-01T00:00Z", verdict="create"
    )

    answer = administrator.post("/rules/members/remove/", follow=True)

    assert "half-way" in text(answer)
    assert Rule.objects.filter(name="members").exists()


@pytest.mark.usefixtures("members")
def test_rule_is_removed_with_its_history(administrator: Client):
    administrator.post("/rules/members/disable/")
    administrator.post("/rules/members/remove/")

    assert not Rule.objects.filter(name="members").exists()


@pytest.mark.usefixtures("members")
@pytest.mark.usefixtures("members")
def test_rule_that_is_on_again_is_not_removed_from_an_old_page(administrator: Client):
    answer = administrator.post("/rules/members/remove/", follow=True)

    assert "Switch the rule off first" in text(answer)
    assert Rule.objects.filter(name="members").exists()


@pytest.mark.usefixtures("members")
def test_viewer_reads_a_rule_in_words(browser):
    answer = browser("viewer").get("/rules/members/")

    assert "Whoever is in Active Members gets an account on www." in text(answer)
    assert "Switch off" not in text(answer)


@pytest.mark.slow
@pytest.mark.usefixtures("practising")
def test_practice_contacts_get_their_usernames_while_typing(administrator: Client):
    sent = QueryDict(mutable=True)
    sent.update({"crm": "main", "site": "www", "username": "{contact.last_name|lower}"})
    sent.setlist("groups", ["Active Members"])

    answer = administrator.post(
        "/rules/-/typing/", sent.urlencode(), content_type="application/x-www-form-urlencoded"
    )

    rows = answer.context["seen"].usernames.rows
    assert len(rows) == SHOWN
    assert all(row.username == row.username.lower() for row in rows)
    assert not answer.context["seen"].usernames.is_made_up


@pytest.mark.usefixtures("members")
def test_number_of_any_length_may_be_typed(administrator: Client):
    answer = administrator.post("/rules/-/typing/", RULE | {"brake": "9" * 5000})

    assert answer.status_code == 200
