"""Errands: asked for by people, done once by the worker, row by row."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from latchkey.store import changes
from latchkey.store.clock import now
from latchkey.store.models import Errand, ErrandRow

KEPT = timedelta(days=7)
UNDONE = (Errand.State.WAITING, Errand.State.RUNNING)


def ask(kind: Errand.Kind, by: str, **about: Any) -> Errand:
    """Ask for something, unless just that is asked for already. What is old is forgotten.

    `about` are columns of the errand: rule, site, contact_id, account_id, mode.
    """
    with transaction.atomic():
        Errand.objects.filter(asked_at__lt=now() - KEPT).exclude(state__in=UNDONE).delete()
        same = Errand.objects.filter(kind=kind, state__in=UNDONE, **about).first()
        return same or Errand.objects.create(kind=kind, by=by, asked_at=now(), **about)


def find(pk: int) -> Errand | None:
    """The errand with its rule and site, None when there is none."""
    rows = Errand.objects.select_related("rule__site", "rule__crm", "site__hosts_crm")
    return rows.filter(pk=pk).first()


def last(kind: Errand.Kind, **about: Any) -> Errand | None:
    """The latest errand of this kind about something, None when there is none."""
    return Errand.objects.filter(kind=kind, **about).order_by("-pk").first()


def to_do() -> list[int]:
    """The errands that nobody does, oldest first."""
    lost = Q(state=Errand.State.RUNNING, lease_until__lt=now())
    rows = Errand.objects.filter(Q(state=Errand.State.WAITING) | lost)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def take(pk: int) -> Errand | None:
    """The errand, to be done by the caller alone and from its beginning; None when it is taken."""
    moment = now()
    free = Q(state=Errand.State.WAITING) | Q(state=Errand.State.RUNNING, lease_until__lt=moment)
    with transaction.atomic():
        taken = Errand.objects.filter(free, pk=pk).update(
            state=Errand.State.RUNNING,
            lease_until=moment + changes.lease(),
            started_at=moment,
            done=0,
            stage="",
        )
        if not taken:
            return None
        ErrandRow.objects.filter(errand=pk).delete()
        return find(pk)


def step(errand: Errand, stage: str, total: int | None = None) -> None:
    """What is being done now; the lease is renewed."""
    until = now() + changes.lease()
    Errand.objects.filter(pk=errand.pk).update(stage=stage[:200], total=total, lease_until=until)


def renew(errand: Errand) -> None:
    """It is still being done."""
    mine = Errand.objects.filter(pk=errand.pk, state=Errand.State.RUNNING)
    mine.update(lease_until=now() + changes.lease())


def add(errand: Errand, rows: Sequence[ErrandRow]) -> None:
    """Write down what came of it so far; the lease is renewed."""
    moment = now()
    for row in rows:
        row.errand, row.at = errand, moment
    with transaction.atomic():
        ErrandRow.objects.bulk_create(rows)
        Errand.objects.filter(pk=errand.pk).update(
            done=F("done") + len(rows), lease_until=moment + changes.lease()
        )


def finish(errand: Errand, problem: str = "") -> None:
    """It is over; with a problem it came to nothing, or not to all."""
    state = Errand.State.FAILED if problem else Errand.State.DONE
    Errand.objects.filter(pk=errand.pk).update(
        state=state, problem=problem, ended_at=now(), lease_until=None, version=errand.version
    )


def pick(errand: Errand, row_ids: Iterable[int]) -> int:
    """Mark the rows whose repair is wanted; how many that is."""
    rows = ErrandRow.objects.filter(errand=errand, move_to__isnull=False)
    rows.update(is_picked=False)
    return rows.filter(pk__in=list(row_ids)).update(is_picked=True)


def picked(pk: int) -> list[ErrandRow]:
    """The rows of an errand whose repair is wanted."""
    return list(ErrandRow.objects.filter(errand=pk, is_picked=True).order_by("pk"))
