"""Telling people: by a link that lets them in where the site gives one, and what came of it."""

import json
from datetime import timedelta

import pytest

from latchkey.remote.errors import TransientError, UnknownOutcome
from latchkey.service.provisioning.telling import NOT_SENT, SENT
from latchkey.store.clock import now
from latchkey.store.models import Change, State, Told
from service.conftest import Workplace
from service.mailing import BusyPost, Post, with_post
from service.visitors import LINK, giving_links


def test_own_mail_leads_to_the_page_where_the_site_gives_no_link(workplace: Workplace):
    post = Post()

    with_post(workplace, post).run(workplace.rule(notify="latchkey"))

    assert len(post.sent) == Change.objects.filter(told=Told.TOLD).count() > 0
    assert all("action=lostpassword" in mail.text for mail in post.sent)


def test_own_mail_has_a_one_time_link_where_the_site_gives_one(workplace: Workplace):
    post = Post()

    with giving_links():
        with_post(workplace, post).run(workplace.rule(notify="latchkey"))

    assert post.sent
    assert all(LINK in mail.text for mail in post.sent)


def test_mail_that_is_refused_stays_visible_with_the_reason(workplace: Workplace):
    with_post(workplace, Post(refuses=True)).run(workplace.rule(notify="latchkey"))

    failed = Change.objects.filter(told=Told.FAILED)
    assert failed
    assert all(change.email in change.details[NOT_SENT] for change in failed)
    assert all(change.state == State.DONE for change in failed)


def test_reason_why_a_mail_waited_is_forgotten_when_it_went(workplace: Workplace):
    rule = workplace.rule(notify="latchkey")
    with_post(workplace, BusyPost()).run(rule)
    waiting = Change.objects.filter(state=State.MADE, details__has_key=NOT_SENT).count()
    Change.objects.filter(due_at__isnull=False).update(due_at=now())

    with_post(workplace, Post()).run(rule)

    assert Change.objects.filter(told=Told.TOLD).count() == waiting > 0
    assert not Change.objects.filter(details__has_key=NOT_SENT).exists()


@pytest.mark.parametrize("waits", ["the site", "the mail server"])
def test_one_mail_that_waits_does_not_send_the_other_again(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch, waits: str
):
    post = BusyPost() if waits == "the mail server" else Post()
    rule, place = workplace.rule(notify="both"), with_post(workplace, post)
    if waits == "the site":
        busy = TransientError("The site answered 429.")
        site = workplace.installation.connect.site(workplace.site)
        monkeypatch.setattr(site, "tell", lambda accounts: [busy] * len(accounts))

    for _ in range(3):
        place.run(rule)
        Change.objects.filter(due_at__isnull=False).update(due_at=now())

    waiting = Change.objects.filter(state=State.MADE)
    kept = [mail.to for mail in post.sent]
    by_site = [mail for change in waiting for mail in workplace.world.mails_to(change.email)]
    assert len(kept) + len(by_site) == waiting.count() > 0
    assert len(kept) == len(set(kept))


def test_person_told_in_both_ways_once_the_one_that_waited_went(workplace: Workplace):
    post, rule = Post(), workplace.rule(notify="both")
    with_post(workplace, BusyPost()).run(rule)
    waiting = list(Change.objects.filter(state=State.MADE).values_list("email", flat=True))
    Change.objects.filter(due_at__isnull=False).update(due_at=now())

    with_post(workplace, post).run(rule)

    told = Change.objects.filter(told=Told.TOLD, email__in=waiting)
    assert sorted(mail.to for mail in post.sent) == sorted(one.email for one in told)
    assert {len(workplace.world.mails_to(email)) for email in waiting} == {1}
    assert not Change.objects.filter(details__has_key=SENT).exists()


def test_person_whose_one_mail_is_lost_and_whose_other_waits_is_not_given_up(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
):
    post, rule = Post(), workplace.rule(notify="both")
    site = workplace.installation.connect.site(workplace.site)
    lost = UnknownOutcome("The answer was lost.")
    with monkeypatch.context() as losing:
        losing.setattr(site, "tell", lambda accounts: [lost] * len(accounts))
        with_post(workplace, BusyPost()).run(rule)
    Change.objects.filter(due_at__isnull=False).update(due_at=now())

    with_post(workplace, post).run(rule)

    told = Change.objects.filter(told=Told.TOLD)
    assert sorted(mail.to for mail in post.sent) == sorted(one.email for one in told)
    assert not Change.objects.filter(told=Told.PERHAPS).exists()


def test_own_mails_keep_the_pace_of_the_site_and_no_other_mail_is_repeated(workplace: Workplace):
    post, site = Post(), workplace.site
    site.mails_per_minute = 20
    site.save()
    rule, place = workplace.rule(notify="both"), with_post(workplace, post)
    for _ in range(2):
        place.run(rule)
        Change.objects.filter(due_at__isnull=False).update(due_at=now())
    sent = len(post.sent)

    site.mails_per_minute = None
    site.save()
    place.run(workplace.rule(notify="both"))

    assert sent == 1
    to = [mail.to for mail in post.sent]
    assert len(to) == len(set(to)) == Change.objects.filter(told=Told.TOLD).count() > 1
    assert {len(workplace.world.mails_to(email)) for email in to} == {1}


def test_mail_whose_turn_has_not_come_waits_as_long_as_it_takes(workplace: Workplace):
    workplace.site.mails_per_minute = 20
    workplace.site.save()

    with_post(workplace, Post()).run(workplace.rule(notify="latchkey"))

    waiting = list(Change.objects.filter(state=State.MADE).order_by("due_at"))
    times = [change.due_at for change in waiting]
    assert times[-1] - times[0] >= timedelta(seconds=3 * (len(times) - 1))
    assert {change.told for change in waiting} == {Told.NOT_YET}


def test_no_letter_ever_holds_a_password(workplace: Workplace, monkeypatch: pytest.MonkeyPatch):
    post, made = Post(), []
    create = workplace.installation.connect.site(workplace.site).create
    site = workplace.installation.connect.site(workplace.site)
    monkeypatch.setattr(site, "create", lambda accounts: made.extend(accounts) or create(accounts))

    with_post(workplace, post).run(workplace.rule(notify="latchkey"))

    written = json.dumps([[mail.subject, mail.text, mail.html] for mail in post.sent])
    assert made
    assert not [one for one in made if one.password in written]
