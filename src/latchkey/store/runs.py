"""Runs and plans: what was asked for, what holds it, and what came of it."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from latchkey.policy.brakes import Brake
from latchkey.policy.planning import Verdict
from latchkey.store.clock import now
from latchkey.store.models import AttemptEnded, Change, Plan, Rule, Run, State

OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")
_BY_VERDICT = {
    Verdict.CREATE: "created",
    Verdict.LINK: "linked",
    Verdict.UPDATE: "updated",
    Verdict.ALREADY: "already",
}


def begin(rule: Rule) -> Run:
    """A run that has started now."""
    return Run.objects.create(rule=rule, started_at=now())


def begin_plan(run: Run) -> Plan:
    """An empty plan of the run."""
    return Plan.objects.create(rule=run.rule, run=run, created_at=now())


def hold(plan: Plan, brake: Brake) -> None:
    """Keep the plan's changes from being carried out until a person releases them."""
    plan.state = Plan.State.HELD
    plan.brake = {"kind": brake.kind, "limit": brake.limit, "asked": brake.asked}
    plan.save(update_fields=["state", "brake"])


def decide(plan: Plan, state: Plan.State, by: str) -> None:
    """Write down a person's decision on the plan."""
    plan.state, plan.decided_by, plan.decided_at = state, by, now()
    plan.save(update_fields=["state", "decided_by", "decided_at"])


def created_in_a_day(rule: Rule) -> int:
    """Accounts that the rule created in the last 24 hours without a person's release."""
    ended = AttemptEnded.objects.filter(
        started__change__rule=rule,
        started__verdict=Verdict.CREATE,
        outcome=AttemptEnded.Outcome.DONE,
        at__gte=now() - timedelta(days=1),
    )
    return ended.exclude(started__change__plan__state=Plan.State.RELEASED).count()


def end(run: Run) -> dict[str, Any]:
    """The run's summary, kept with it."""
    run.ended_at = now()
    came = summary(run)
    run.summary = came
    run.save(update_fields=["ended_at", "summary"])
    return came


def summary(run: Run) -> dict[str, Any]:
    """What came of the contacts that the run saw: the eight outcomes add up to `seen`."""
    ended = AttemptEnded.objects.filter(started__change=OuterRef("pk"), run=run)
    rows = (
        Change.objects.filter(seen_by=run)
        .annotate(came_to=Subquery(ended.order_by("-pk").values("outcome")[:1]))
        .values("state", "verdict", "plan__state", "came_to")
        .annotate(number=Count("pk"))
    )
    counts: Counter[str] = Counter()
    for row in rows:
        counts[_outcome(dict(row))] += row["number"]
    until = run.ended_at or now()
    return {
        "rule": run.rule.name,
        "seen": counts.total(),
        **{outcome: counts[outcome] for outcome in OUTCOMES},
        "seconds": round((until - run.started_at).total_seconds(), 1),
    }


def _outcome(row: dict[str, Any]) -> str:
    state, came_to = row["state"], row["came_to"]
    if state == State.DONE:
        return _BY_VERDICT[Verdict(row["verdict"])] if came_to == "done" else "already"
    if state == State.HELD:
        return "held"
    if state in {State.REFUSED, State.IGNORED}:
        return "refused"
    if state == State.GIVEN_UP or came_to == AttemptEnded.Outcome.FAILED:
        return "failed"
    if row["plan__state"] in {Plan.State.HELD, Plan.State.REJECTED}:
        return "held"
    return "waiting"
