"""When episodes end, and that nobody ends one which somebody else has at heart."""

from datetime import UTC, datetime, timedelta

import pytest

from latchkey.policy.reasons import Why
from latchkey.store import changes, crossings, episodes
from latchkey.store.models import AddressInUse, State, Task
from store import rows

pytestmark = pytest.mark.django_db


def test_contact_that_a_reading_did_not_see_is_forgotten():
    rule = rows.rule()
    change = rows.change(rule, 7, seen_by=rows.run(rule))

    number = episodes.forget_unseen(rule, rows.run(rule))

    change.refresh_from_db()
    assert number == 1
    assert (change.is_open, change.state, change.why) == (False, State.IGNORED, Why.LEFT_TRIGGER)


def test_change_that_a_worker_has_just_claimed_is_left_to_it():
    rule = rows.rule()
    rows.change(rule, 7, seen_by=rows.run(rule))
    [claimed] = changes.claim(rule, Task.ACCOUNT, 10)

    number = episodes.forget_unseen(rule, rows.run(rule))

    claimed.refresh_from_db()
    assert number == 0
    assert (claimed.is_open, claimed.state) == (True, State.DUE)


def test_change_whose_worker_is_gone_is_forgotten_and_not_saved_by_it_later():
    rule = rows.rule()
    change = rows.change(rule, 7, seen_by=rows.run(rule))
    [claimed] = changes.claim(rule, Task.ACCOUNT, 10)
    over = datetime.now(UTC) - timedelta(seconds=1)
    type(change).objects.update(lease_until=over)

    episodes.forget_unseen(rule, rows.run(rule))

    claimed.state = State.CREATING
    with pytest.raises(changes.LeaseLostError):
        changes.save([claimed])


def test_address_of_a_forgotten_contact_is_free_again():
    rule = rows.rule()
    change = rows.change(rule, 7, seen_by=rows.run(rule))
    crossings.take_addresses(rule.site, [(change, "shared@example.org")])

    episodes.forget_unseen(rule, rows.run(rule))

    assert not AddressInUse.objects.exists()


@pytest.mark.parametrize("state", [State.HELD, State.REFUSED, State.IGNORED])
def test_address_of_a_change_that_makes_nothing_any_more_is_taken_over(state):
    rule = rows.rule()
    before, after = rows.change(rule, 7), rows.change(rule, 8)
    crossings.take_addresses(rule.site, [(before, "shared@example.org")])
    type(before).objects.filter(pk=before.pk).update(state=state)

    mine = crossings.take_addresses(rule.site, [(after, "shared@example.org")])

    assert mine == {after.pk}


def test_address_of_a_change_that_is_under_way_is_not_taken_over():
    rule = rows.rule()
    before, after = rows.change(rule, 7), rows.change(rule, 8)
    crossings.take_addresses(rule.site, [(before, "shared@example.org")])

    assert crossings.take_addresses(rule.site, [(after, "shared@example.org")]) == set()


def test_sweep_that_read_before_does_not_overwrite_what_a_person_wished():
    rule = rows.rule()
    change = rows.change(rule, 7, state=State.HELD, why=Why.CROSSED)
    [read] = episodes.notice(rule, [7], rows.run(rule))

    assert episodes.wish(change, {"account_id": "31"})
    read.details = {"username": "ada", "contact_id": "8"}
    changes.write_plan([read])

    change.refresh_from_db()
    assert (change.state, change.details) == (State.NOTICED, {})


def test_sweep_that_read_before_does_not_overwrite_that_a_person_ignores():
    rule = rows.rule()
    change = rows.change(rule, 7, state=State.HELD, why=Why.CROSSED)
    [read] = episodes.notice(rule, [7], rows.run(rule))

    assert episodes.ignore(change, "bo", {"subject": "left as it is"})
    read.state = State.DUE
    changes.write_plan([read])

    change.refresh_from_db()
    assert (change.state, change.why) == (State.IGNORED, Why.IGNORED)


def test_decision_about_a_hold_that_is_another_one_by_now_is_not_taken():
    rule = rows.rule()
    change = rows.change(rule, 7, state=State.HELD, why=Why.SHARED_EMAIL)
    type(change).objects.update(why=Why.ACCOUNT_PRIVILEGED)

    assert not episodes.wish(change, {"despite_sharing": True})
    assert not episodes.ignore(change, "bo", {})

    change.refresh_from_db()
    assert (change.state, change.wished, change.owed) == (State.HELD, None, None)


def test_addresses_are_reserved_in_one_order_so_that_two_slices_never_wait_for_each_other():
    rule = rows.rule()
    wanted = [(rows.change(rule, 7), "b@example.org"), (rows.change(rule, 8), "a@example.org")]

    got = crossings.take_addresses(rule.site, wanted)

    reserved = AddressInUse.objects.order_by("pk").values_list("email", flat=True)
    assert list(reserved) == ["a@example.org", "b@example.org"]
    assert len(got) == 2


@pytest.mark.parametrize("off", [{"enabled": False}, {"stopped_reason": "no such role"}])
@pytest.mark.parametrize(("state", "is_taken"), [(State.DUE, True), (State.CREATING, False)])
def test_address_that_a_rule_which_does_not_go_on_has_begun_nothing_with_is_taken_over(
    off, state, *, is_taken
):
    rule = rows.rule()
    before, after = rows.change(rule, 7), rows.change(rule, 8)
    crossings.take_addresses(rule.site, [(before, "shared@example.org")])
    type(before).objects.filter(pk=before.pk).update(state=state)
    type(rule).objects.filter(pk=rule.pk).update(**off)

    mine = crossings.take_addresses(rule.site, [(after, "shared@example.org")])

    assert (mine == {after.pk}) is is_taken


def test_address_of_a_change_that_a_worker_has_claimed_is_its_own_though_the_rule_is_off():
    rule = rows.rule()
    before, after = rows.change(rule, 7), rows.change(rule, 8)
    crossings.take_addresses(rule.site, [(before, "shared@example.org")])
    changes.claim(rule, Task.ACCOUNT, 10, only=[before.pk])
    type(rule).objects.filter(pk=rule.pk).update(enabled=False)

    assert crossings.take_addresses(rule.site, [(after, "shared@example.org")]) == set()
