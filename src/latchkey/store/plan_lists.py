"""Plans that wait for a person, and what each of them would do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from latchkey.policy.brakes import Brake
from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import Reason, Why
from latchkey.store import plans
from latchkey.store.models import Change, Plan, State

PAGE = 2000


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that waits, with what holds it. The numbers are of contacts, by verdict."""

    plan: int
    rule: str
    site: str
    made_at: datetime
    create: int
    link: int
    update: int
    already: int
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What a plan would do with one contact. `username` is the intended or the existing one."""

    contact_id: int
    name: str
    email: str
    username: str
    verdict: Verdict
    reason: str


def waiting() -> Iterator[PlanRow]:
    """The plans that wait for a person, oldest first."""
    numbers = {verdict.value: _number_of(verdict) for verdict in _WRITTEN}
    rows = plans.waiting()
    for plan in rows.annotate(**{f"n_{name}": one for name, one in numbers.items()}).order_by("pk"):
        yield PlanRow(
            plan=plan.pk,
            rule=plan.rule.name,
            site=plan.rule.site.name,
            made_at=plan.created_at,
            reason=Brake(**plan.brake).sentence if plan.brake else "",
            **{name: getattr(plan, f"n_{name}") for name in numbers},
        )


def planned(plan: Plan) -> Iterator[PlannedRow]:
    """What the plan would do with each of its contacts, ascending by id."""
    rows = Change.objects.filter(plan=plan, state=State.DUE).order_by("contact_id")
    columns = ("contact_id", "contact_name", "email", "verdict", "intended_username")
    for row in rows.values(*columns, "why", "details").iterator(chunk_size=PAGE):
        yield PlannedRow(
            contact_id=row["contact_id"],
            name=row["contact_name"],
            email=row["email"],
            username=row["details"].get("username") or row["intended_username"],
            verdict=Verdict(row["verdict"]),
            reason=Reason(Why(row["why"]), row["details"]).sentence,
        )


_WRITTEN = (Verdict.CREATE, Verdict.LINK, Verdict.UPDATE, Verdict.ALREADY)


def _number_of(verdict: Verdict) -> Count:
    return Count("changes", filter=Q(changes__verdict=verdict, changes__state=State.DUE))
