"""How things stand, in a few numbers."""

from dataclasses import dataclass

from django.db.models import Count

from latchkey.store import pauses, plans
from latchkey.store.imports import SHOWN
from latchkey.store.models import Change, Connection, State


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits for somebody. `paused` is what does not work, with the reason for each."""

    held: int
    failed: int
    refused: int
    plans: int
    paused: tuple[tuple[str, str], ...]

    @property
    def needs_somebody(self) -> bool:
        """Whether there is anything that a person should look at."""
        return bool(self.held or self.failed or self.refused or self.plans or self.paused)


def standing() -> Standing:
    """How things stand now."""
    states = (State.HELD, State.REFUSED)
    counted = dict(
        Change.objects.filter(SHOWN, is_open=True, state__in=states)
        .values_list("state")
        .annotate(number=Count("pk"))
    )
    alone = Connection.objects.exclude(paused_reason="").order_by("role", "name")
    stopped = ((pauses.scope_of(one), f"{one.by} paused it") for one in pauses.every())
    return Standing(
        held=counted.get(State.HELD, 0),
        failed=Change.objects.filter(SHOWN, state=State.GIVEN_UP).count(),
        refused=counted.get(State.REFUSED, 0),
        plans=plans.waiting().count(),
        paused=(*((str(one), one.paused_reason) for one in alone), *stopped),
    )
