"""What people ask for in the browser is done once, however long that takes."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from latchkey.service import errands, leases
from latchkey.store import errands as kept
from latchkey.store.models import Errand

PATIENCE = 8.0


def test_errand_that_takes_longer_than_a_lease_is_not_begun_by_another(
    workplace, monkeypatch: pytest.MonkeyPatch
):
    errand = errands.ask(Errand.Kind.PAIR, "anna", site=workplace.site, mode="match")
    free: list[list[int]] = []

    def long(*_given: Any) -> None:
        Errand.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
        until = time.monotonic() + PATIENCE
        while kept.to_do() and time.monotonic() < until:
            time.sleep(0.01)
        free.append(kept.to_do())

    monkeypatch.setattr(leases, "RENEWALS", 1000)
    monkeypatch.setattr(errands, "DOING", {Errand.Kind.PAIR: long})
    errands.perform(workplace.installation, errand.pk)

    assert free == [[]]
    assert Errand.objects.get().state == Errand.State.DONE
