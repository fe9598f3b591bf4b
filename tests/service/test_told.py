"""What chosen users are told: once while it lasts, and again when it comes back."""

from datetime import UTC, datetime

from latchkey.jobs.contract import Task as Job
from latchkey.service import pausing
from latchkey.service.standstill import stop_rule
from latchkey.store.models import Connection, User
from service.working import DOWN, told, work, workload

__all__ = ["workload"]


def test_paused_site_is_told_once(workplace, workload):
    workplace.rule()
    workplace.site_wire.inject(DOWN)

    for _ in range(3):
        work(workload, looks=1)
        Connection.objects.update(probe_at=datetime.now(UTC))

    assert [one.subject for one in told()] == ["site.www does not work"]


def test_site_that_fails_again_after_a_person_let_it_go_on_is_told_again(workplace, workload):
    workplace.rule()
    workplace.site_wire.inject(DOWN)
    work(workload, looks=1)
    pausing.resume("www", "anna")

    between = told()
    work(workload, looks=1)

    assert between == []
    assert [one.subject for one in told()] == ["site.www does not work"]


def test_rule_that_is_stopped_again_after_a_person_let_it_go_on_is_told_again(workplace):
    rule = workplace.rule()
    stop_rule(rule, "the site has no such role")
    pausing.resume("members", "anna")

    between = told()
    stop_rule(rule, "the site has no such role")

    assert between == []
    assert [one.subject for one in told()] == ["the rule members is stopped"]


def test_digest_goes_once_a_day_to_those_who_chose_it(workplace, workload):
    User.objects.create(username="bo", email="bo@example.org", digest=True)
    User.objects.create(username="al", email="al@example.org", digest=False)
    workplace.run(workplace.rule())

    for _ in range(2):
        workload.perform(Job("digest", "2026-11-21"))

    assert len(workplace.world.mails_to("bo@example.org")) == 1
    assert workplace.world.mails_to("al@example.org") == []
