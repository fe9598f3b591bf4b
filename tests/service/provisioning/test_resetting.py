"""Password resets: nobody is mailed twice without need, and nobody is forgotten."""

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.faults import Fault, LoseAnswer, Status, nth, requests
from latchkey.policy.reasons import Why
from latchkey.service import holding
from latchkey.service.holding import Choice
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.talking import UnavailableError
from latchkey.service.resetting import reset_passwords
from latchkey.store.models import Change, Rule, State, Told
from service.conftest import Workplace

MAIL = requests("POST", r"wp-login")
DOWN = Status(503, body=b"down")
BUSY = Status(429, (("Retry-After", "1"), ("Content-Type", "text/html")), b"slow down")
GROUP = "Website users"


class Outcomes(Silent):
    """Remembers what came of each contact."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def settled(self, change: Change, outcome: str, sentence: str) -> None:  # noqa: ARG002 - Progress
        """See Progress."""
        self.seen.append(outcome)


@pytest.fixture
def rule(workplace: Workplace) -> Rule:
    """A rule whose reset group holds two people with accounts."""
    users = workplace.world.users()
    harmless = [
        contact_id
        for contact_id, user_id in sorted(workplace.world.links().items())
        if users[user_id].roles == {"subscriber"}
    ]
    for contact_id in harmless[:2]:
        workplace.world.rows(
            "INSERT INTO civicrm_group_contact (group_id, contact_id, status) "
            "SELECT id, ?, 'Added' FROM civicrm_group WHERE title = ?",
            contact_id,
            GROUP,
        )
    return workplace.rule(reset_group=GROUP, history_group=None, notify="off")


def reset(workplace: Workplace, rule: Rule, times: int = 1) -> Counter[str]:
    """Reset so many times, each wait being over; how many mails each account got."""
    for _ in range(times):
        with suppress(UnavailableError):
            reset_passwords(workplace.installation, rule, Silent())
        Change.objects.filter(due_at__isnull=False).update(due_at=datetime.now(UTC))
    return Counter(row.email for row in mailed(workplace))


def mailed(workplace: Workplace) -> list[Any]:
    """A change for every mail that was sent."""
    return [
        change
        for change in Change.objects.filter(task="reset")
        for _ in workplace.world.mails_to(change.email)
    ]


def told() -> set[str]:
    """What is known about the mails."""
    return set(Change.objects.filter(task="reset", state=State.DONE).values_list("told", flat=True))


def test_everybody_in_the_group_is_mailed_once_and_leaves_it(workplace: Workplace, rule: Rule):
    outcomes = Outcomes()

    reset_passwords(workplace.installation, rule, outcomes)

    assert outcomes.seen == ["sent", "sent"]
    assert set(reset(workplace, rule).values()) == {1}
    assert workplace.world.members(GROUP) == set()


def test_lost_answer_is_asked_for_once_more_and_then_left_as_it_is(
    workplace: Workplace, rule: Rule
):
    workplace.site_wire.inject(LoseAnswer(), on=MAIL)

    mails = reset(workplace, rule, times=4)

    assert set(mails.values()) == {2}
    assert told() == {Told.PERHAPS}


def test_crash_in_the_second_try_sends_no_third_mail(workplace: Workplace, rule: Rule):
    workplace.site_wire.inject(LoseAnswer(), on=MAIL)
    reset(workplace, rule)
    Change.objects.update(told=Told.REPEATED)
    workplace.site_wire.mend()

    mails = reset(workplace, rule)

    assert set(mails.values()) == {1}
    assert told() == {Told.PERHAPS}


@pytest.mark.parametrize("fault", [DOWN, BUSY], ids=["down", "busy"])
def test_mail_that_could_not_go_three_times_goes_when_it_can(
    workplace: Workplace, rule: Rule, fault: Fault
):
    workplace.site_wire.inject(fault, on=MAIL)
    reset(workplace, rule, times=3)
    workplace.site_wire.mend()

    mails = reset(workplace, rule, times=2)

    assert set(mails.values()) == {1}
    assert told() == {Told.TOLD}


@pytest.mark.parametrize("fault", [DOWN, BUSY], ids=["down", "busy"])
def test_one_mail_that_cannot_go_repeats_nobody_elses(
    workplace: Workplace, rule: Rule, fault: Fault
):
    workplace.site_wire.inject(fault, on=MAIL, when=nth(1))

    mails = reset(workplace, rule, times=3)

    assert sorted(mails.values()) == [1, 1]
    assert told() == {Told.TOLD}


def test_reset_that_is_left_as_it_is_says_so_as_a_reset(workplace: Workplace, rule: Rule):
    workplace.site_wire.inject(LoseAnswer(), on=MAIL, when=nth(1, 2))
    reset(workplace, rule)
    Change.objects.update(state=State.HELD, why=Why.ACCOUNT_PRIVILEGED)
    change = Change.objects.select_related("rule__site", "rule__crm").filter(task="reset")[0]

    holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")
    reset(workplace, rule)

    [note] = workplace.world.notes("Failed")
    assert note.kind == "User Account Password Reset"
    assert note.subject == "No password reset on www: left as it is"
