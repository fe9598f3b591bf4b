"""The two append-only records of every try: one before anything remote, one after."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from latchkey.store import changes
from latchkey.store.bulk import insert
from latchkey.store.clock import now
from latchkey.store.models import AttemptEnded, AttemptStarted, Change

Outcome = AttemptEnded.Outcome


@dataclass(frozen=True, slots=True)
class End:
    """How a try at one change ended. `details` belong to the sentence of `why`."""

    change: Change
    outcome: AttemptEnded.Outcome
    why: str
    details: dict[str, str] = field(default_factory=dict)


def start(rows: Sequence[Change]) -> None:
    """Write down that these changes are being tried, together with the changes themselves.

    A try that has begun and not ended goes on: it gets no second record.
    """
    moment = now()
    with transaction.atomic():
        changes.save(rows)
        under_way = set(
            AttemptStarted.objects.filter(change__in=rows, ended__isnull=True).values_list(
                "change_id", "number"
            )
        )
        insert(
            [
                AttemptStarted(
                    change=change,
                    number=change.attempts + 1,
                    verdict=change.verdict,
                    intended_username=change.intended_username,
                    at=moment,
                )
                for change in rows
                if (change.pk, change.attempts + 1) not in under_way
            ]
        )


def end(ends: Sequence[End], *, release: bool = False) -> None:
    """Write down how the tries ended, together with the changes themselves."""
    moment = now()
    rows = [one.change for one in ends]
    with transaction.atomic():
        changes.save(rows, release=release)
        started = AttemptStarted.objects.filter(change__in=rows, ended__isnull=True)
        by_change = dict(started.order_by("pk").values_list("change_id", "pk"))
        insert(
            [
                AttemptEnded(
                    started_id=by_change[one.change.pk],
                    run_id=one.change.seen_by_id,
                    outcome=one.outcome,
                    why=one.why,
                    details=one.details,
                    account_id=one.change.account_id,
                    at=moment,
                )
                for one in ends
                if one.change.pk in by_change
            ]
        )
