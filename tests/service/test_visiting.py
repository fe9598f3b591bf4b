"""The welcome page's work: who is let in, who gets a mail, and who learns nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from fakes.faults import Status, requests
from latchkey.service import visiting
from latchkey.service.visiting import Shown, TooManyVisitsError, UsedError
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Change, Connection, Rule, Visit
from service.conftest import Workplace
from service.visitors import (
    LINK,
    PERSON,
    checksum,
    giving_links,
    mails,
    visit,
    welcoming,
    workload,
)
from service.working import add_to_group

__all__ = ["workload"]

there_is_a_rule = pytest.mark.usefixtures("members")


@pytest.fixture
def members(workplace: Workplace, workload: RuleWorkload) -> Rule:  # noqa: ARG001 - the group is empty first
    """The ordinary rule, which people may come to; one of them is in its trigger."""
    return welcoming(workplace)


@there_is_a_rule
def test_visitor_gets_the_account_while_watching_and_a_mail(workplace, workload):
    came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.MADE
    assert [note.contact_id for note in workplace.world.notes("Completed")] == [PERSON]
    assert workplace.world.broken_invariants() == []
    assert mails(workplace)


@there_is_a_rule
def test_visitor_goes_straight_in_where_the_site_gives_a_link(workplace, workload):
    with giving_links():
        came = visit(workplace, workload, checksum(workplace))

    row = Visit.objects.get()
    assert came == Visit.State.ENTERED
    assert LINK not in row.link
    assert visiting.link_for(workplace.installation, "visit 0") == LINK
    assert visiting.link_for(workplace.installation, "visit 0") == ""


def test_who_has_an_account_gets_a_mail_and_no_link(workplace, workload, members):
    workplace.run(members)
    before = len(mails(workplace))
    add_to_group(workplace, PERSON)

    with giving_links():
        came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.ENDED
    assert len(mails(workplace)) == before + 1
    assert Visit.objects.get().link == ""


def test_blocked_role_gets_nothing(workplace, workload):
    rule = welcoming(workplace, blocked_roles=["Subscriber"])
    workplace.run(rule)
    before = len(mails(workplace))
    add_to_group(workplace, PERSON)

    came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.ENDED
    assert len(mails(workplace)) == before


def test_account_with_a_blocked_role_made_just_now_is_not_entered(workplace, workload):
    welcoming(workplace, blocked_roles=["subscriber"])

    with giving_links():
        came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.ENDED


def test_powerful_account_gets_nothing(workplace, workload, members):
    workplace.run(members)
    user_id = workplace.world.links()[PERSON]
    workplace.world.rows(
        "UPDATE wp_user_roles SET role = 'administrator' WHERE user_id = ?", user_id
    )
    before = len(mails(workplace))
    add_to_group(workplace, PERSON)

    came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.ENDED
    assert len(mails(workplace)) == before


@there_is_a_rule
def test_wrong_checksum_makes_nothing(workplace, workload):
    digest, rest = checksum(workplace).split("_", 1)
    wrong = f"{digest[::-1]}_{rest}"

    came = visit(workplace, workload, wrong)

    assert came == Visit.State.ENDED
    assert not Change.objects.exists()


@there_is_a_rule
def test_checksum_of_somebody_else_makes_nothing(workplace, workload):
    add_to_group(workplace, PERSON + 1)

    came = visit(workplace, workload, checksum(workplace), contact_id=PERSON + 1)

    assert came == Visit.State.ENDED
    assert not Change.objects.exists()


@there_is_a_rule
def test_checksum_that_is_an_hour_old_makes_nothing(workplace, workload):
    came = visit(workplace, workload, checksum(workplace, ago=timedelta(minutes=61)))

    assert came == Visit.State.ENDED
    assert not Change.objects.exists()


@pytest.mark.parametrize("contact_id", [PERSON + 5, 99_999_999])
@there_is_a_rule
def test_who_is_not_in_the_trigger_gets_nothing(workplace, workload, contact_id):
    known = contact_id if contact_id < 1000 else PERSON

    came = visit(workplace, workload, checksum(workplace, known), contact_id)

    assert came == Visit.State.ENDED
    assert not Change.objects.exists()


def test_rule_that_welcomes_nobody_makes_nothing(workplace, workload):
    welcoming(workplace, welcome=False)

    came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.ENDED
    assert not Change.objects.exists()


def test_rule_that_is_not_there_comes_to_the_same_end(workplace, workload):
    assert visit(workplace, workload, "x", contact_id=0) == Visit.State.ENDED


@there_is_a_rule
def test_checksum_is_good_once(workplace, workload):
    cs = checksum(workplace)
    visit(workplace, workload, cs)

    with pytest.raises(UsedError):
        visit(workplace, workload, cs)


@there_is_a_rule
def test_checksum_is_kept_sealed_and_only_until_it_is_used(workplace, workload):
    cs = checksum(workplace)
    visiting.ask(workplace.installation, Shown("members", str(PERSON), cs), "t", "192.0.2.1")
    waiting = Visit.objects.get()

    for job in workload.due():
        workload.perform(job)

    assert cs not in waiting.checksum
    assert waiting.checksum
    assert Visit.objects.get().checksum == ""


@there_is_a_rule
def test_many_visits_for_one_contact_have_to_wait(workplace, workload):
    for _ in range(visiting.FOR_ONE_CONTACT):
        visit(workplace, workload, "x")

    with pytest.raises(TooManyVisitsError):
        visit(workplace, workload, checksum(workplace))


@there_is_a_rule
def test_many_visits_from_one_place_have_to_wait(workplace):
    for number in range(visiting.FROM_ONE_PLACE):
        shown = Shown("members", str(number), "x")
        visiting.ask(workplace.installation, shown, f"t{number}", "192.0.2.1")

    shown = Shown("members", "1000", "x")
    with pytest.raises(TooManyVisitsError):
        visiting.ask(workplace.installation, shown, "more", "192.0.2.1")
    visiting.ask(workplace.installation, shown, "elsewhere", "192.0.2.2")


@there_is_a_rule
def test_site_that_is_down_is_told_of_soon_and_the_account_is_made_later(workplace, workload):
    workplace.site_wire.inject(Status(503, (), b""))

    first = visit(workplace, workload, checksum(workplace))
    for job in workload.due():
        workload.perform(job)

    assert first == Visit.State.WAITING
    assert Visit.objects.get().state == Visit.State.ENDED


@there_is_a_rule
def test_visit_that_takes_too_long_ends_with_the_promise_of_a_mail(workplace, workload):
    token = "slow"
    shown = Shown("members", str(PERSON), checksum(workplace))
    visiting.ask(workplace.installation, shown, token, "192.0.2.1")
    Visit.objects.update(asked_at=datetime.now(UTC) - visiting.PATIENCE - timedelta(seconds=1))

    for job in workload.due():
        workload.perform(job)

    assert Visit.objects.get().state == Visit.State.ENDED


@there_is_a_rule
def test_visits_are_forgotten_after_a_day(workplace, workload):
    visit(workplace, workload, "x")
    Visit.objects.update(asked_at=datetime.now(UTC) - timedelta(days=2))

    visit(workplace, workload, "y")

    assert Visit.objects.count() == 1


@there_is_a_rule
def test_crm_that_cannot_verify_is_asked_again_and_not_left_alone(workplace, workload):
    workplace.crm_wire.inject(Status(503, (), b""), requests(path="validateChecksum"))

    came = visit(workplace, workload, checksum(workplace))

    assert came == Visit.State.WAITING
    assert not Connection.objects.exclude(paused_reason="").exists()


@there_is_a_rule
def test_nonsense_for_a_contact_does_not_make_the_crm_look_unusable(workplace, workload):
    came = visit(workplace, workload, checksum(workplace), contact_id=0)

    assert came == Visit.State.ENDED
    assert not Connection.objects.exclude(paused_reason="").exists()
