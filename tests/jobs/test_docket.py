"""A task is on its way once, and one with a defect rests."""

from hypothesis import given
from hypothesis import strategies as st

from latchkey.jobs.contract import Task
from latchkey.jobs.docket import FIRST_REST, LONGEST_REST, Docket

POLL = Task("poll", "main")
OTHER = Task("poll", "other")
LEASE = 30.0


def test_task_that_was_queued_is_not_queued_again_within_its_lease() -> None:
    docket = Docket(LEASE)

    docket.queued([POLL], 100.0)

    assert not docket.may_queue(POLL, 100.0 + LEASE - 1)
    assert docket.may_queue(POLL, 100.0 + LEASE)
    assert docket.may_queue(OTHER, 100.0)


def test_task_that_is_done_may_be_queued_at_once() -> None:
    docket = Docket(LEASE)
    docket.queued([POLL], 100.0)
    docket.begin(POLL, 101.0)

    docket.done(POLL)

    assert docket.may_queue(POLL, 101.0)


def test_task_is_not_begun_twice_at_once_but_remembered() -> None:
    docket = Docket(LEASE)

    assert docket.begin(POLL, 100.0)
    assert not docket.begin(POLL, 101.0)

    assert docket.done(POLL)


def test_task_that_was_due_while_it_was_done_is_asked_for_again() -> None:
    docket = Docket(LEASE)
    docket.begin(POLL, 100.0)

    assert not docket.may_queue(POLL, 101.0)

    assert docket.done(POLL)
    assert not docket.done(POLL)


def test_waking_passes_over_what_others_may_have_done_but_not_over_what_is_being_done() -> None:
    docket = Docket(LEASE)
    docket.queued([POLL, OTHER], 100.0)
    docket.begin(OTHER, 100.0)

    assert docket.may_queue(POLL, 101.0, at_once=True)
    assert not docket.may_queue(OTHER, 101.0, at_once=True)


def test_task_that_could_not_be_queued_is_not_on_its_way() -> None:
    docket = Docket(LEASE)
    docket.queued([POLL], 100.0)

    docket.lost([POLL])

    assert docket.may_queue(POLL, 100.0)


def test_task_that_takes_long_is_not_begun_a_second_time_beside_itself() -> None:
    docket = Docket(LEASE)
    docket.begin(POLL, 100.0)

    assert not docket.may_queue(POLL, 100.0 + 10 * LEASE)
    assert not docket.begin(POLL, 100.0 + 10 * LEASE)

    assert docket.done(POLL)
    assert docket.begin(POLL, 100.0 + 10 * LEASE)


def test_task_with_a_defect_rests_longer_each_time_while_others_go_on() -> None:
    docket = Docket(LEASE)

    rests = []
    moment = 100.0
    for _ in range(9):
        assert docket.begin(POLL, moment)
        rests.append(docket.failed(POLL, moment))
        assert not docket.begin(POLL, moment + rests[-1] - 0.1)
        assert not docket.may_queue(POLL, moment + rests[-1] - 0.1, at_once=True)
        moment += rests[-1]

    assert rests[:3] == [FIRST_REST, 2 * FIRST_REST, 4 * FIRST_REST]
    assert rests[-1] == LONGEST_REST
    assert docket.begin(OTHER, 100.0)


def test_task_that_was_done_after_defects_starts_with_a_clean_slate() -> None:
    docket = Docket(LEASE)
    docket.failed(POLL, 100.0)
    docket.begin(POLL, 200.0)
    docket.done(POLL)

    assert docket.failed(POLL, 300.0) == FIRST_REST


@given(st.lists(st.sampled_from(["queued", "lost", "begin", "done", "failed", "ask"])))
def test_whatever_happened_a_task_that_is_not_at_work_can_be_queued_again(events) -> None:
    docket = Docket(LEASE)
    for moment, event in enumerate(events):
        match event:
            case "queued":
                docket.queued([POLL], float(moment))
            case "lost":
                docket.lost([POLL])
            case "begin":
                docket.begin(POLL, float(moment))
            case "done":
                docket.done(POLL)
            case "failed":
                docket.failed(POLL, float(moment))
            case _:
                docket.may_queue(POLL, float(moment))

    docket.done(POLL)
    assert docket.may_queue(POLL, len(events) + LEASE + LONGEST_REST)
