"""The triggers of a rule are read by one at a time, however long that takes."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from latchkey.jobs.contract import Task as Job
from latchkey.service import site_sweeps
from latchkey.service import workload as workloads
from latchkey.service.provisioning import planning
from latchkey.service.workload import RuleWorkload
from latchkey.store import imports
from latchkey.store.models import Connection, Plan
from service.conftest import Workplace
from service.working import work, workload

__all__ = ["workload"]


@pytest.mark.parametrize("holder", ["worker-1", "worker-2"])
def test_sweep_is_left_to_whoever_is_at_it(workplace: Workplace, workload, monkeypatch, holder):
    sweep = Job("sweep", str(workplace.rule().pk))
    other = RuleWorkload(workplace.installation, "worker-2", lambda _crm: timedelta(0))
    second, find = {"worker-1": workload, "worker-2": other}[holder], planning.findings
    following: list[Any] = []

    def overtaken(at: Any, contacts: Sequence[Any]) -> Any:
        monkeypatch.setattr(planning, "findings", find)
        following.extend(second.perform(sweep))
        return find(at, contacts)

    monkeypatch.setattr(planning, "findings", overtaken)
    workload.perform(sweep)

    assert following == []
    assert Plan.objects.count() == 1
    work(workload)
    assert len(workplace.world.notes("Completed")) == 38


@pytest.mark.parametrize("holder", ["worker-1", "worker-2"])
def test_site_is_paired_by_one_at_a_time(workplace: Workplace, workload, monkeypatch, holder):
    pair = Job("pair", str(workplace.site.pk))
    other = RuleWorkload(workplace.installation, "worker-2", lambda _crm: timedelta(0))
    second = {"worker-1": workload, "worker-2": other}[holder]
    begun: list[int] = []

    def linking(*_given: Any) -> list[Any]:
        begun.append(len(begun))
        if len(begun) == 1:
            second.perform(pair)
        return []

    monkeypatch.setattr(site_sweeps, "link_users", linking)
    workload.perform(pair)

    assert begun == [0]


@pytest.mark.parametrize("holder", ["worker-1", "worker-2"])
def test_import_is_planned_by_one_at_a_time(workplace: Workplace, workload, monkeypatch, holder):
    file = workplace.rule("import:1")
    one = imports.begin("people.csv", "", "anna")
    imports.update(one, rule=file, state="planning")
    other = RuleWorkload(workplace.installation, "worker-2", lambda _crm: timedelta(0))
    second = {"worker-1": workload, "worker-2": other}[holder]
    begun: list[int] = []

    def performing(_installation: Any, key: str) -> list[Any]:
        begun.append(len(begun))
        if len(begun) == 1:
            second.perform(Job("import", key))
        return []

    monkeypatch.setattr(workloads, "perform_import", performing)
    workload.perform(Job("import", str(one.pk)))

    assert begun == [0]


def test_worker_does_not_look_at_sweeps_of_a_site_that_is_anothers(workplace, workload):
    workplace.rule()
    later = workplace.installation.now() + timedelta(minutes=1)
    Connection.objects.filter(role="site").update(holder="worker-2", held_until=later)

    assert "sweep" not in {job.name for job in workload.due()}
