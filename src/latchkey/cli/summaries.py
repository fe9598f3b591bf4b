"""What came of a run, for a person."""

from collections.abc import Iterable, Mapping
from typing import Any

from latchkey.cli.output import complain, say, show
from latchkey.store.plan_lists import PlanRow
from latchkey.store.queries import OutcomeRow

HEADINGS = ("outcome", "contact_id", "name", "email", "username", "reason")
Summary = Mapping[str, Any]
# What a summary says besides its outcomes.
OTHER = frozenset({"rule", "seen", "seconds"})
LEFT = frozenset({"held", "failed", "waiting"})
WITHOUT_ACCOUNT = LEFT | {"refused"}


def some_left(summary: Summary) -> bool:
    """Whether contacts failed, are held or wait."""
    return any(summary[outcome] for outcome in LEFT)


def show_left(rows: Iterable[OutcomeRow], *, terminal: bool) -> None:
    """The contacts that have no account after the run, each with the reason."""
    show((row for row in rows if row.outcome in WITHOUT_ACCOUNT), HEADINGS, terminal=terminal)


def show_summary(summary: Summary) -> None:
    """The numbers of a run in one line."""
    outcomes = {name: number for name, number in summary.items() if name not in OTHER and number}
    counted = ", ".join(f"{number} {name}" for name, number in outcomes.items())
    say(f"{summary['rule']}: {summary['seen']} seen in {summary['seconds']} s: {counted or 'none'}")


def say_how_to_release(waiting: Iterable[PlanRow]) -> None:
    """What holds these plans, and how they go on; beside the outcome."""
    for plan in waiting:
        complain(
            f"Plan {plan.plan} waits: {plan.reason}. `latchkey plans {plan.plan}` shows it, "
            f"`latchkey release {plan.plan}` lets it go on."
        )
