"""Runs that end in the middle, and are gone on with until nothing waits."""

from typing import Any

from django.db.models import Q

from latchkey.service.provisioning.talking import UnavailableError
from latchkey.store.clock import now
from latchkey.store.models import UNDER_WAY, Change
from service.conftest import Workplace


class Killed(BaseException):
    """The process ended here."""


def until_done(workplace: Workplace, rule: Any, runs: int = 6) -> dict[str, Any]:
    """Run again, as a worker would, until nothing waits; every wait is over at once."""
    for _ in range(runs):
        try:
            summary = workplace.run(rule)
        except UnavailableError:
            Change.objects.update(lease_until=None)
            continue
        Change.objects.filter(due_at__isnull=False).update(due_at=now())
        Change.objects.update(lease_until=None)
        under_way = Q(state__in=UNDER_WAY) | Q(owed__isnull=False)
        if not Change.objects.filter(under_way, is_open=True).exists():
            return summary
    raise AssertionError("there is still work after so many runs")
