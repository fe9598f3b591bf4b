"""What a poll answered long ago opens nothing anew, and smart groups are asked as they change."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from latchkey.crm.contract import TriggerKind
from latchkey.policy.reasons import Why
from latchkey.policy.values import Contact
from latchkey.service import holding
from latchkey.service.holding import Choice
from latchkey.service.noticing import take_up, watches_of
from latchkey.service.provisioning.assignment import Assignment, open_assignment
from latchkey.service.provisioning.progress import Silent
from latchkey.service.resetting import reset_passwords
from latchkey.service.workload import RuleWorkload
from latchkey.store.clock import now
from latchkey.store.models import Change, Cursor, Rule, State, Task
from service.conftest import Workplace
from service.working import add_to_group, empty_group, work, workload

__all__ = ["workload"]


@pytest.fixture
def alone(workplace: Workplace) -> Workplace:
    """Contact 30 is alone in the trigger."""
    empty_group(workplace)
    add_to_group(workplace, 30)
    return workplace


def test_answer_of_a_poll_that_is_older_than_the_change_opens_no_second_episode(
    alone: Workplace,
):
    rule, asked_at = alone.rule(), now()
    alone.run(rule)

    assert not take_up(open_assignment(alone.installation, rule), [30], Task.ACCOUNT, asked_at)
    assert Change.objects.count() == 1


def test_contact_that_came_back_after_its_change_has_a_second_episode(alone: Workplace):
    rule = alone.rule()
    alone.run(rule)
    add_to_group(alone, 30)

    assert take_up(open_assignment(alone.installation, rule), [30], Task.ACCOUNT, now())
    assert Change.objects.count() == 2


def test_contact_that_another_worker_finishes_with_while_it_is_read_has_one_episode(
    alone: Workplace, monkeypatch: pytest.MonkeyPatch
):
    rule = alone.rule()
    at_work = open_assignment(alone.installation, rule)
    read = at_work.crm.contacts_by_id

    def slow(ids: Collection[int], fields: Collection[str]) -> Mapping[int, Contact]:
        found = read(ids, fields)
        monkeypatch.undo()
        alone.run(rule)
        return found

    monkeypatch.setattr(at_work.crm, "contacts_by_id", slow)
    take_up(at_work, [30], Task.ACCOUNT, now())

    assert Change.objects.count() == 1


@pytest.fixture
def smart(workplace: Workplace) -> Rule:
    """A rule that watches a smart group."""
    [[title], *_] = workplace.world.rows(
        "SELECT title FROM civicrm_group WHERE saved_search_id IS NOT NULL"
    )
    return workplace.rule(groups=[title], afterwards="keep", history_group=None)


def later(at_work: Assignment, minutes: float) -> Assignment:
    """The same rule at work when so many minutes have passed."""
    moment: datetime = now() + timedelta(minutes=minutes)
    return replace(at_work, installation=replace(at_work.installation, now=lambda: moment))


def test_smart_group_is_asked_for_everybody_and_again_when_its_members_may_be_others(
    workplace: Workplace, workload: RuleWorkload, smart: Rule
):
    at_work = open_assignment(workplace.installation, smart)
    [first] = watches_of(at_work)

    work(workload, looks=1)

    assert first.trigger.kind is TriggerKind.SMART
    assert watches_of(later(at_work, 4)) == []
    [again] = watches_of(later(at_work, 6))
    assert again.request.after is None


def test_static_group_is_asked_for_at_every_poll(workplace: Workplace, workload: RuleWorkload):
    rule = workplace.rule(history_group=None)
    work(workload, looks=1)

    assert len(watches_of(open_assignment(workplace.installation, rule))) == 1


def ask_again(workload: RuleWorkload) -> None:
    """Smart groups may have others in them by now."""
    Cursor.objects.update(polled_at=now() - timedelta(minutes=6))
    work(workload, looks=1)


def test_member_of_a_smart_group_is_served_once_however_often_it_is_asked_for(
    workplace: Workplace, workload: RuleWorkload, smart: Rule
):
    work(workload)
    done = {note.contact_id for note in workplace.world.notes("Completed")}

    ask_again(workload)

    assert done
    assert len(workplace.world.notes("Completed")) == len(done)
    assert not Change.objects.filter(rule=smart, episode__gt=1).exists()


def test_member_of_a_smart_group_that_is_left_as_it_is_is_not_noticed_anew(
    workplace: Workplace, workload: RuleWorkload, smart: Rule
):
    work(workload)
    Change.objects.update(state=State.HELD, why=Why.ACCOUNT_GONE)
    change = Change.objects.select_related("rule__site", "rule__crm")[0]
    holding.decide(workplace.installation, change, Choice.IGNORE, "", "bo")
    work(workload, looks=1)

    ask_again(workload)

    again = Change.objects.filter(rule=smart, contact_id=change.contact_id)
    assert [one.episode for one in again] == [1]


def test_reset_that_a_worker_sent_while_the_group_was_read_is_not_sent_twice(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
):
    rule = workplace.rule(reset_group="Website users", history_group=None, notify="off")
    workplace.world.rows(
        "INSERT INTO civicrm_group_contact (group_id, contact_id, status) "
        "SELECT g.id, m.contact_id, 'Added' FROM civicrm_group g, civicrm_uf_match m "
        "WHERE g.title = 'Website users'"
    )
    crm = workplace.installation.connect.crm(workplace.crm)
    read = crm.contact_ids

    def slow(triggers: object) -> list[list[int]]:
        pages = list(read(triggers))
        monkeypatch.undo()
        reset_passwords(workplace.installation, rule, Silent())
        return pages

    monkeypatch.setattr(crm, "contact_ids", slow)
    reset_passwords(workplace.installation, rule, Silent())

    resets = Change.objects.filter(task=Task.RESET)
    assert {change.episode for change in resets} == {1}
