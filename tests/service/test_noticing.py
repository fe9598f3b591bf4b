"""Runs that a worker begins by itself: each ends when nothing of it goes on any more."""

import pytest

from fakes.faults import Status
from latchkey.jobs.contract import Task as Job
from latchkey.service import review
from latchkey.store import plans
from latchkey.store.models import Run
from service.conftest import Workplace
from service.working import add_to_group, empty_group, work, workload

__all__ = ["workload"]

ONE, ANOTHER = 40, 41


@pytest.fixture(autouse=True)
def small(workplace: Workplace) -> None:
    """Only one contact is in the trigger."""
    empty_group(workplace)
    add_to_group(workplace, ONE)


def summaries() -> list[tuple[int, int, int]]:
    """Seen, created and sent of the runs that saw anybody; every run has ended."""
    assert not Run.objects.filter(ended_at=None).exists()
    found = Run.objects.order_by("pk").values_list("summary", flat=True)
    return [(s["seen"], s.get("created", 0), s.get("sent", 0)) for s in found if s["seen"]]


def test_run_of_a_sweep_and_of_a_poll_end_with_what_came_of_them(workplace, workload):
    workplace.rule()
    work(workload)
    add_to_group(workplace, ANOTHER)

    work(workload, looks=2)

    assert summaries() == [(1, 1, 0), (1, 1, 0)]


def test_run_of_password_resets_ends(workplace, workload):
    workplace.rule(reset_group="Website users", notify="off")
    work(workload)
    workplace.world.rows("UPDATE civicrm_group_contact SET status = 'Added' WHERE contact_id = 40")

    work(workload)

    assert summaries()[-1] == (1, 0, 1)


def test_run_that_could_not_be_planned_ends(workplace, workload):
    rule = workplace.rule()
    work(workload)
    add_to_group(workplace, ANOTHER)
    workplace.site_wire.inject(Status(503))

    workload.perform(Job("sweep", str(rule.pk)))

    assert summaries() == [(1, 1, 0), (1, 0, 0)]


def test_run_whose_plan_waits_for_a_person_ends_when_that_is_carried_out(workplace, workload):
    workplace.rule(review="always")
    work(workload)
    [plan] = plans.held()
    waiting = Run.objects.get(changes_seen__plan=plan)

    review.release(plan, "bo")
    work(workload)

    assert waiting.ended_at is None
    assert summaries() == [(1, 1, 0)]
