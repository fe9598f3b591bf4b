"""The main job on practice data, awkward contacts among them."""

import pytest

from latchkey.policy.planning import Verdict
from latchkey.remote.errors import Missing
from latchkey.service.provisioning.assignment import RuleError
from latchkey.service.provisioning.progress import Silent
from latchkey.service.provisioning.run import preview, provision
from latchkey.store.models import AttemptEnded, AttemptStarted, Change, Plan, Rule, State
from service.conftest import Workplace

OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")


def test_run_gives_everybody_an_outcome_and_fails_nobody(workplace: Workplace):
    summary = workplace.run(workplace.rule())

    assert sum(summary[outcome] for outcome in OUTCOMES) == summary["seen"] == 50
    assert summary["created"] == 28
    assert summary["failed"] == summary["waiting"] == 0
    assert workplace.world.broken_invariants() == []


def test_second_run_creates_none_and_writes_nothing(workplace: Workplace):
    rule = workplace.rule()
    workplace.run(rule)
    users, notes = workplace.world.users(), workplace.world.notes()

    summary = workplace.run(rule)

    assert summary["created"] == summary["linked"] == summary["updated"] == 0
    assert workplace.world.users() == users
    assert workplace.world.notes() == notes


def test_field_that_the_site_keeps_in_its_own_way_is_given_once(workplace: Workplace):
    fields = {"url": "www.example.org/{contact.contact_id}?a=1&b=2 ", "nickname": " A  & B "}
    rule = workplace.rule(fields=fields, afterwards="keep")
    workplace.run(rule)

    summary = workplace.run(rule)

    assert summary["updated"] == 0
    assert summary["already"] == 38


def test_finished_contacts_leave_the_trigger_for_the_history_group(workplace: Workplace):
    world = workplace.world
    before = world.members("Active Members")

    workplace.run(workplace.rule())

    finished = {note.contact_id for note in world.notes("Completed")}
    assert world.members("Website users") == finished
    assert world.members("Active Members") == before - finished


def test_refused_contacts_stay_with_one_failed_activity(workplace: Workplace):
    rule = workplace.rule()
    workplace.run(rule)
    workplace.run(rule)

    refused = workplace.world.notes("Failed")

    assert len(refused) == 5
    assert {note.contact_id for note in refused} <= workplace.world.members("Active Members")
    assert any("no primary e-mail" in note.details for note in refused)


def test_held_contacts_have_no_activity(workplace: Workplace):
    workplace.run(workplace.rule())

    held = set(Change.objects.filter(state=State.HELD).values_list("contact_id", flat=True))

    assert held
    assert not held & {note.contact_id for note in workplace.world.notes()}


def test_everybody_new_is_told_but_those_who_want_no_mail(workplace: Workplace):
    workplace.run(workplace.rule())

    created = Change.objects.filter(verdict=Verdict.CREATE, state=State.DONE)
    untold = {change.email for change in created if not workplace.world.mails_to(change.email)}
    unwilling = workplace.world.rows(
        "SELECT e.email FROM civicrm_contact c JOIN civicrm_email e ON e.contact_id = c.id "
        "WHERE c.do_not_email = 1"
    )

    assert untold == {row[0] for row in unwilling}


def test_every_try_has_a_record_before_and_one_after(workplace: Workplace):
    workplace.run(workplace.rule())

    assert AttemptStarted.objects.count() == AttemptEnded.objects.count() == 38


def test_account_whose_name_and_address_were_changed_on_the_site_is_already(
    workplace: Workplace,
):
    rule = workplace.rule()
    workplace.run(rule)
    contact_id = workplace.world.notes("Completed")[0].contact_id
    user_id = workplace.world.links()[contact_id]
    change = "UPDATE wp_users SET email = 'new@example.net', login = 'renamed' WHERE id = ?"
    workplace.world.rows(change, user_id)
    back = "UPDATE civicrm_group_contact SET status = 'Added' WHERE contact_id = ?"
    workplace.world.rows(back, contact_id)

    summary = workplace.run(rule)

    assert summary["already"] == 1
    assert summary["created"] == 0


def test_standing_rule_keeps_its_contacts_and_says_already(workplace: Workplace):
    rule = workplace.rule(afterwards="keep")
    before = workplace.world.members("Active Members")
    workplace.run(rule)
    notes = workplace.world.notes()

    summary = workplace.run(rule)

    assert workplace.world.members("Active Members") == before
    assert summary["already"] == 38
    assert workplace.world.notes() == notes


def test_brake_holds_the_whole_plan_and_creates_nothing(workplace: Workplace):
    users = workplace.world.users()

    summary = workplace.run(workplace.rule(brake=10))

    assert summary["created"] == 0
    assert summary["held"] > 28
    assert workplace.world.users() == users
    assert Plan.objects.get().state == Plan.State.HELD


def test_preview_shows_every_contact_and_writes_nothing(workplace: Workplace):
    rule = workplace.rule()
    users, notes = workplace.world.users(), workplace.world.notes()

    shown = list(preview(workplace.installation, rule))

    assert len(shown) == 50
    assert workplace.world.users() == users
    assert workplace.world.notes() == notes
    assert not Change.objects.exists()


def test_preview_shows_the_usernames_that_the_run_then_gives(workplace: Workplace):
    rule = workplace.rule()
    shown = {one.contact_id: one.username for one in preview(workplace.installation, rule)}

    workplace.run(rule)

    users, links = workplace.world.users(), workplace.world.links()
    created = Change.objects.filter(verdict=Verdict.CREATE, state=State.DONE)
    given = {one.contact_id: users[links[one.contact_id]].login for one in created}
    assert given
    assert given == {contact_id: shown[contact_id] for contact_id in given}


def test_provision_gives_one_contact_outside_the_trigger_an_account(workplace: Workplace):
    outside = "SELECT contact_id FROM civicrm_email WHERE is_primary = 1 AND contact_id > 50"
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Removed' WHERE contact_id = 30"
    )
    assert workplace.world.rows(outside)

    change = provision(workplace.installation, workplace.rule(), 30, Silent())

    assert change.state == State.DONE
    assert 30 in workplace.world.links()
    assert [note.contact_id for note in workplace.world.notes("Completed")] == [30]


def test_provision_of_nobody_says_so(workplace: Workplace):
    with pytest.raises(Missing, match="no contact 99999"):
        provision(workplace.installation, workplace.rule(), 99999, Silent())


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({"roles": ["administrator"]}, "privileged role administrator"),
        ({"roles": ["nonsense"]}, "does not know the role 'nonsense'"),
    ],
)
def test_rule_that_cannot_be_carried_out_says_what_to_change(workplace, different, says):
    rule = workplace.rule(**different)

    with pytest.raises(RuleError, match=says):
        workplace.run(rule)

    assert not AttemptEnded.objects.filter(outcome="failed").exists()


def test_unknown_role_stops_the_rule_and_spends_nobodys_attempt(workplace: Workplace):
    rule = workplace.rule(roles=["nonsense"])
    with pytest.raises(RuleError):
        workplace.run(rule)

    assert "nonsense" in Rule.objects.get().stopped_reason
    assert not Change.objects.exclude(attempts=0).exists()


def test_group_that_does_not_exist_is_named(workplace: Workplace):
    with pytest.raises(Missing, match="Nobody Knows"):
        workplace.run(workplace.rule(groups=["Nobody Knows"]))


def test_smart_group_cannot_be_emptied(workplace: Workplace):
    title = workplace.world.rows(
        "SELECT title FROM civicrm_group WHERE saved_search_id IS NOT NULL"
    )[0][0]

    with pytest.raises(RuleError, match="keep"):
        workplace.run(workplace.rule(groups=[title]))


def test_empty_group_gives_an_empty_summary(workplace: Workplace):
    workplace.world.rows("UPDATE civicrm_group_contact SET status = 'Removed'")

    summary = workplace.run(workplace.rule())

    assert summary["seen"] == 0


class _Meddler(Silent):
    """Somebody who changes contacts between the plan and its carrying out."""

    def __init__(self, workplace: Workplace) -> None:
        self._workplace = workplace

    def planned(self, total: int) -> None:
        assert total > 0
        rows = self._workplace.world.rows
        rows("UPDATE civicrm_contact SET is_deleted = 1, modified_date = 'x' WHERE id = 30")
        rows("UPDATE civicrm_contact SET first_name = 'Renamed', modified_date = 'x' WHERE id = 31")


def test_contact_trashed_or_renamed_in_the_middle_is_seen(workplace: Workplace):
    from latchkey.service.provisioning.run import run_rule  # noqa: PLC0415 - beside its use

    summary = run_rule(workplace.installation, workplace.rule(), _Meddler(workplace))

    assert summary["created"] == 27
    assert 30 not in workplace.world.links()
    assert 31 in workplace.world.links()
