"""What tells from outside whether Latchkey is well: read at the moment it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce

from latchkey.store.clock import now
from latchkey.store.models import (
    UNDER_WAY,
    AttemptEnded,
    Change,
    Connection,
    Pause,
    Plan,
    Rule,
    State,
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits of a rule. `oldest_seconds` is how long the oldest was due, 0 without one."""

    rule: str
    number: int
    oldest_seconds: float


def is_up_to_date() -> bool:
    """Whether the database has the tables of this version."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def waiting() -> list[Waiting]:
    """Per rule: the changes that could be carried out now, or are being."""
    moment = now()
    due = Q(state__in=(State.NOTICED, *UNDER_WAY)) & (
        Q(due_at__isnull=True) | Q(due_at__lte=moment)
    )
    held = Q(plan__state__in=(Plan.State.HELD, Plan.State.REJECTED))
    rows = Change.objects.filter(due | Q(owed__isnull=False), is_open=True).exclude(held)
    # What is only owed an activity was due long ago, and settled: it is not what waits longest.
    oldest = Min(Coalesce("due_at", "entered_at"), filter=due)
    found = {
        row["rule"]: (row["number"], row["oldest"])
        for row in rows.values("rule").annotate(number=Count("pk"), oldest=oldest)
    }
    return [
        Waiting(rule.name, number, _age(since, moment))
        for rule in Rule.objects.order_by("pk")
        for number, since in [found.get(rule.pk, (0, None))]
    ]


def attempts_by_outcome() -> Mapping[str, int]:
    """How many attempts ended in which way, ever since."""
    counted = AttemptEnded.objects.values_list("outcome").annotate(number=Count("pk"))
    return dict.fromkeys(AttemptEnded.Outcome.values, 0) | dict(counted.order_by())


def pauses_by_connection() -> Mapping[str, bool]:
    """Per connection, whether it is left alone: because it does not work, or a person said so."""
    by_people = Pause.objects.filter(rule__isnull=True).values_list("connection_id", flat=True)
    paused = set(by_people)
    return {
        str(row): bool(row.paused_reason) or row.pk in paused or None in paused
        for row in Connection.objects.order_by("role", "name")
    }


def _age(since: datetime | None, moment: datetime) -> float:
    return max(0.0, (moment - since).total_seconds()) if since else 0.0
