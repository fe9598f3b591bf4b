"""Plans: what was decided together, what holds it, and what a person said to it."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from latchkey.policy.brakes import Brake
from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import Why
from latchkey.store.changes import lock
from latchkey.store.clock import now
from latchkey.store.models import (
    REVISED,
    AttemptEnded,
    AttemptStarted,
    Change,
    Plan,
    Rule,
    Run,
    State,
)


def begin(run: Run) -> Plan:
    """An empty plan of the run."""
    return Plan.objects.create(rule=run.rule, run=run, created_at=now())


def find(plan_id: int) -> Plan | None:
    """The plan with its rule, None when there is none."""
    return Plan.objects.select_related("rule__site", "rule__crm").filter(pk=plan_id).first()


def waiting() -> QuerySet[Plan]:
    """The plans that wait for a person, with their rules and sites.

    Not those whose contacts were all decided anew meanwhile, in a plan that came later.
    """
    something = Change.objects.filter(plan=OuterRef("pk"), state=State.DUE)
    rows = Plan.objects.filter(Exists(something), state=Plan.State.HELD)
    return rows.select_related("rule__site")


def held() -> list[Plan]:
    """The plans that wait for a person, oldest first."""
    return list(waiting().order_by("pk"))


def finish(plan: Plan, brake: Brake | None) -> None:
    """The plan is complete: it may be carried out, or is held until a person releases it."""
    plan.state = Plan.State.HELD if brake else Plan.State.OPEN
    if brake:
        plan.brake = {"kind": brake.kind, "limit": brake.limit, "asked": brake.asked}
    plan.save(update_fields=["state", "brake"])


def keep_to(plan: Plan, per_run: int) -> None:
    """Leave the creations beyond the first `per_run` for the next run."""
    creating = plan.changes.filter(verdict=Verdict.CREATE, state=State.DUE).order_by("contact_id")
    # Not by their ids: there may be more of them than a statement takes.
    first = creating.values_list("contact_id", flat=True)[per_run : per_run + 1].first()
    if first is not None:
        creating.filter(contact_id__gte=first).update(due_at=None)


def contacts_of(plan: Plan) -> set[int]:
    """The contacts about whom there is something to carry out."""
    return set(plan.changes.filter(state=State.DUE).values_list("contact_id", flat=True))


def creations(plan: Plan) -> int:
    """How many accounts the plan would make."""
    return plan.changes.filter(verdict=Verdict.CREATE, state=State.DUE).count()


def writes(plan: Plan) -> int:
    """How many accounts the plan would make, link or change."""
    verdicts = (Verdict.CREATE, Verdict.LINK, Verdict.UPDATE)
    return plan.changes.filter(verdict__in=verdicts, state=State.DUE).count()


def created_in_a_day(rule: Rule, but: Plan) -> int:
    """Accounts that the rule made in the last 24 hours, or is making, unasked.

    What a person released does not count, nor does the plan `but`.
    """
    asked = (Plan.State.RELEASED, *Plan.WAITING)
    made = AttemptEnded.objects.filter(
        started__change__rule=rule,
        started__verdict=Verdict.CREATE,
        outcome=AttemptEnded.Outcome.DONE,
        at__gte=now() - timedelta(days=1),
    ).exclude(started__change__plan__state=Plan.State.RELEASED)
    # One that was done long ago passes through the later states again when it may leave at last.
    begun = AttemptStarted.objects.filter(change=OuterRef("pk"), ended__isnull=True)
    made_now = Q(state__in=(State.MADE, State.TOLD, State.WRITTEN_BACK)) & Exists(begun)
    waiting = Change.objects.filter(
        Q(state__in=(State.DUE, State.CREATING)) | made_now,
        rule=rule,
        verdict=Verdict.CREATE,
        is_open=True,
    )
    return made.count() + waiting.exclude(plan__state__in=asked).exclude(plan=but).count()


def release(plan: Plan, by: str, only: Sequence[int] | None = None, seen: int | None = None) -> int:
    """Let the plan's changes be carried out, or those of some contacts; how many that is.

    What is not among `only` stays held, and so does what was decided anew since the revision
    `seen`, None for the one that is there. Whoever read the changes before cannot save them any
    more.
    """
    with transaction.atomic():
        waiting = plan.changes.filter(state=State.DUE)
        lock(waiting)
        chosen = waiting if seen is None else waiting.exclude(_since(seen))
        if only is not None:
            chosen = chosen.filter(contact_id__in=only)
        number = chosen.count()
        if number == waiting.count():
            released = plan
        elif number:
            released = Plan.objects.create(
                rule=plan.rule, run=plan.run, created_at=plan.created_at, brake=plan.brake
            )
        else:
            return 0
        _decide(released, Plan.State.RELEASED, by)
        return chosen.update(plan=released, fence=F("fence") + 1)


def revised(plan: Plan, seen: int) -> int:
    """How many changes of the plan were decided anew since this revision, and wait."""
    return plan.changes.filter(_since(seen), state=State.DUE).count()


def reject(plan: Plan, by: str) -> int:
    """Carry nothing of it out; its contacts are decided again when they or the rule change."""
    with transaction.atomic():
        _decide(plan, Plan.State.REJECTED, by)
        chosen = plan.changes.filter(state=State.DUE)
        lock(chosen)
        return chosen.update(
            state=State.IGNORED,
            why=Why.PLAN_REJECTED,
            details={"by": by},
            fence=F("fence") + 1,
        )


def _since(seen: int) -> Q:
    """Decided anew since the plan's revision was `seen`."""
    return Q(details__has_key=REVISED, **{f"details__{REVISED}__gt": seen})


def _decide(plan: Plan, state: Plan.State, by: str) -> None:
    plan.state, plan.decided_by, plan.decided_at = state, by, now()
    plan.save(update_fields=["state", "decided_by", "decided_at"])
