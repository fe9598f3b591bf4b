"""What came of a run, for a person."""

from collections.abc import Iterable, Mapping
from typing import Any

from latchkey.cli.output import say, show
from latchkey.store.queries import OutcomeRow

HEADINGS = ("outcome", "contact_id", "name", "email", "username", "reason")
OUTCOMES = ("created", "linked", "updated", "already", "held", "refused", "failed", "waiting")
LEFT = frozenset({"held", "failed", "waiting"})
WITHOUT_ACCOUNT = LEFT | {"refused"}


def some_left(summary: Mapping[str, Any]) -> bool:
    """Whether contacts failed, are held or wait."""
    return any(summary[outcome] for outcome in LEFT)


def show_left(rows: Iterable[OutcomeRow], *, terminal: bool) -> None:
    """The contacts that have no account after the run, each with the reason."""
    show((row for row in rows if row.outcome in WITHOUT_ACCOUNT), HEADINGS, terminal=terminal)


def show_summary(summary: Mapping[str, Any]) -> None:
    """The numbers of a run in one line."""
    counted = ", ".join(f"{summary[one]} {one}" for one in OUTCOMES if summary[one])
    say(f"{summary['rule']}: {summary['seen']} seen in {summary['seconds']} s: {counted or 'none'}")
