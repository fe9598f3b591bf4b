"""The limits that hold a whole plan until a person releases it."""

from collections.abc import Mapping
from dataclasses import dataclass

from latchkey.policy.rules import Rule

SENTENCES: Mapping[str, str] = {
    "all": "the rule asks for a review of every change; there are {asked}",
    "review": "the rule asks for a review of more than {limit} changes; there are {asked}",
    "day": "{asked} new accounts within a day are more than the brake of {limit}",
    "plan": "{asked} new accounts at once are more than the brake of {limit}",
}


@dataclass(frozen=True, slots=True)
class Brake:
    """Why a plan is held: `limit` is what may happen unasked, `asked` what the plan would do."""

    kind: str
    limit: int
    asked: int

    @property
    def sentence(self) -> str:
        """What holds the plan, for a person."""
        kind = "all" if self.kind == "review" and not self.limit else self.kind
        return SENTENCES[kind].format(limit=self.limit, asked=self.asked)


def brake(rule: Rule, *, creations: int, changes: int, created_today: int) -> Brake | None:
    """What holds a plan, None when it may go on.

    `creations` and `changes` are those of the plan; `created_today` counts creations of the rule
    in the last 24 hours which no person released.
    """
    if creations > rule.brake:
        return Brake("plan", rule.brake, creations)
    if creations and created_today + creations > rule.brake:
        return Brake("day", rule.brake, created_today + creations)
    if rule.review is not None and changes > rule.review:
        return Brake("review", rule.review, changes)
    return None
