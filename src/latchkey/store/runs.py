"""Runs: what was asked for, and what came of it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from latchkey.policy.planning import Verdict
from latchkey.store.clock import now
from latchkey.store.models import UNDER_WAY, AttemptEnded, Change, Plan, Rule, Run, State, Task

OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")
RESET_OUTCOMES = ("sent", "held", "refused", "failed", "waiting")
_BY_VERDICT = {
    Verdict.CREATE: "created",
    Verdict.LINK: "linked",
    Verdict.UPDATE: "updated",
    Verdict.ALREADY: "already",
    Verdict.DISABLE: "updated",
}


def begin(rule: Rule) -> Run:
    """A run that has started now."""
    return Run.objects.create(rule=rule, started_at=now())


@contextmanager
def planned(rule: Rule) -> Iterator[Run]:
    """A run that is planned within; it goes on afterwards, unless that fails."""
    run = begin(rule)
    try:
        yield run
    except BaseException:
        end(run)
        raise


def end(run: Run, task: Task = Task.ACCOUNT) -> dict[str, Any]:
    """The run's summary, kept with it."""
    run.ended_at = now()
    came = summary(run, task)
    run.summary = came
    run.save(update_fields=["ended_at", "summary"])
    return came


def end_settled(rule: Rule) -> None:
    """End the runs of the rule whose changes came to an end, or wait for a person.

    One that is still being planned is left: its plan is a draft.
    """
    of_run = Change.objects.filter(rule=OuterRef("rule"), seen_by=OuterRef("pk"))
    going_on = Q(state__in=(State.NOTICED, *UNDER_WAY)) | Q(owed__isnull=False)
    planned = Plan.objects.filter(run=OuterRef("pk")).exclude(state=Plan.State.DRAFT)
    resets = of_run.filter(task=Task.RESET)
    found = (
        Run.objects.filter(rule=rule, ended_at__isnull=True)
        .filter(Exists(planned) | Exists(resets))
        .exclude(Exists(of_run.filter(going_on, is_open=True)))
        .annotate(resets=Exists(resets))
    )
    for run in found:
        end(run, Task.RESET if run.resets else Task.ACCOUNT)


def summary(run: Run, task: Task = Task.ACCOUNT) -> dict[str, Any]:
    """What came of the contacts that the run saw: the outcomes add up to `seen`.

    There are eight of them for accounts, and those of `RESET_OUTCOMES` for password resets.
    """
    rows = (
        Change.objects.filter(seen_by=run, task=task)
        .annotate(came_to=came_to(run))
        .values("task", "state", "verdict", "plan__state", "came_to")
        .annotate(number=Count("pk"))
    )
    counts: Counter[str] = Counter()
    for row in rows:
        counts[outcome(dict(row))] += row["number"]
    until = run.ended_at or now()
    outcomes = RESET_OUTCOMES if task is Task.RESET else OUTCOMES
    return {
        "rule": run.rule.name,
        "seen": counts.total(),
        **{one: counts[one] for one in outcomes},
        "seconds": round((until - run.started_at).total_seconds(), 1),
    }


def came_to(run: Run) -> Subquery:
    """The outcome of a change's last attempt in the run; for queries of changes."""
    # The sum keeps SQLite from reading all attempts of the run anew for every change.
    ended = AttemptEnded.objects.annotate(of_run=F("run_id") + 0)
    ended = ended.filter(started__change=OuterRef("pk"), of_run=run.pk)
    return Subquery(ended.order_by("-pk").values("outcome")[:1])


def outcome(row: Mapping[str, Any]) -> str:
    """What came of one change in a run, by the word of the summary.

    `row` has the change's task, state and verdict, plan__state, and as `came_to` the outcome of
    its last attempt in the run, None when there was none.
    """
    state, came_to = row["state"], row["came_to"]
    if state == State.DONE:
        return _done(row)
    if state == State.HELD:
        return "held"
    if state in {State.REFUSED, State.IGNORED} or _has_nothing_to_reset(row):
        return "refused"
    if state == State.GIVEN_UP or came_to == AttemptEnded.Outcome.FAILED:
        return "failed"
    if row["plan__state"] == Plan.State.HELD:
        return "held"
    return "waiting"


def done_as(task: str, verdict: str) -> str:
    """What a change that was carried out came to, by the word of the summary."""
    return "sent" if task == Task.RESET else _BY_VERDICT[Verdict(verdict)]


def _done(row: Mapping[str, Any]) -> str:
    if row["task"] != Task.RESET and row["came_to"] != AttemptEnded.Outcome.DONE:
        return "already"
    return done_as(row["task"], row["verdict"])


def _has_nothing_to_reset(row: Mapping[str, Any]) -> bool:
    """A reset that was given up without a try: the contact has no account."""
    given_up = row["task"] == Task.RESET and row["state"] == State.GIVEN_UP
    return bool(given_up and row["came_to"] != AttemptEnded.Outcome.FAILED)
