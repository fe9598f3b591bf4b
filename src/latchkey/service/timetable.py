"""When what is to be done: which rules work, which are due, which CRMs are to be asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from latchkey.policy.schedules import is_open, next_run
from latchkey.service.configuration.rules import schedule_of
from latchkey.store import pauses, rules
from latchkey.store.clock import now
from latchkey.store.models import Rule

SWEEP = timedelta(hours=1)
# No CRM is polled more seldom: what is put off for longer was by a clock that was wrong then.
LONGEST_POLL = timedelta(days=1)


def works(rule: Rule) -> bool:
    """Whether nothing stops the rule: not itself, not its ends, not a person."""
    ends = (rule.crm.paused_reason, rule.site.paused_reason, rule.stopped_reason)
    return not any(ends) and not pauses.is_paused(rule)


def crms_to_poll(working: Sequence[Rule], moment: datetime) -> list[object]:
    """The keys of the CRMs that are to be asked for news now."""
    crms = {
        rule.crm_id: rule.crm.next_poll_at for rule in working if schedule_of(rule).when.at_once
    }
    return [
        key
        for key, at in crms.items()
        if at is None or not timedelta(0) < at - moment <= LONGEST_POLL
    ]


def is_to_be_swept(rule: Rule, moment: datetime) -> bool:
    """By its schedule, or, for a rule that works at once, every hour."""
    schedule = schedule_of(rule)
    if schedule.when.at_once and (rule.swept_at is None or is_long_ago(rule.swept_at, moment)):
        return True
    if not schedule.when.crons:
        return False
    if rule.next_run_at is None:
        rules.plan_run(rule, next_run(schedule, moment))
        return False
    return rule.next_run_at <= moment


def is_long_ago(looked_at: datetime, moment: datetime) -> bool:
    """Whether an hour has gone since, or the clock was put back by as much."""
    return abs(moment - looked_at) >= SWEEP


def is_open_now(rule: Rule) -> bool:
    """Whether it is within the hours of the rule."""
    schedule = schedule_of(rule)
    return is_open(schedule.hours, schedule.zone, now())
