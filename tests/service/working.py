"""A worker at work on the practice world, and what people do to it meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from fakes.faults import Status
from latchkey.jobs.contract import Task as Job
from latchkey.service.tidying import TIDY
from latchkey.service.workload import RuleWorkload
from latchkey.store.models import Alert
from service.conftest import Workplace

# A site that asks to be left alone for a while.
DOWN = Status(503, (("Retry-After", "30"),), b"")


@pytest.fixture
def workload(workplace: Workplace) -> RuleWorkload:
    """One worker's work, polling at every look."""
    return RuleWorkload(workplace.installation, "worker-1", lambda _crm: timedelta(0))


def work(workload: RuleWorkload, looks: int = 3) -> list[Job]:
    """What a worker would do in so many ticks; the jobs it did."""
    done: list[Job] = []
    for _ in range(looks):
        jobs = list(workload.due())
        while jobs:
            job = jobs.pop(0)
            done.append(job)
            jobs += workload.perform(job)
            assert len(done) < 200, "the work does not come to an end"
    return done


def told() -> list[Alert]:
    """What chosen users were told at once, or will be: the daily digest depends on the hour."""
    return list(Alert.objects.exclude(about__startswith=TIDY).exclude(about__startswith="digest "))


def add_to_group(workplace: Workplace, contact_id: int) -> None:
    """Put a contact into the trigger, as somebody in CiviCRM would."""
    workplace.world.rows(
        "UPDATE civicrm_group_contact SET status = 'Added' WHERE contact_id = ?", contact_id
    )


def empty_group(workplace: Workplace) -> None:
    """Take everybody out of the trigger."""
    workplace.world.rows("UPDATE civicrm_group_contact SET status = 'Removed'")


def refusal(field: str, message: str) -> dict[str, Any]:
    """What WordPress answers, alone or in a batch, when it does not take a field."""
    refused = {
        "code": "rest_invalid_param",
        "message": f"Invalid parameter(s): {field}",
        "data": {"status": 400, "params": {field: message}, "details": {}},
    }
    return {"responses": [{"body": refused, "status": 400, "headers": {}}]} | refused
