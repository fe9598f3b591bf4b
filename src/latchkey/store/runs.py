"""Runs: what was asked for, and what came of it."""

from collections import Counter
from typing import Any

from django.db.models import Count, OuterRef, Subquery

from latchkey.policy.planning import Verdict
from latchkey.store.clock import now
from latchkey.store.models import AttemptEnded, Change, Plan, Rule, Run, State, Task

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
        Change.objects.filter(seen_by=run, task=Task.ACCOUNT)
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
    if row["plan__state"] == Plan.State.HELD:
        return "held"
    return "waiting"
