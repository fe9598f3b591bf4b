"""The limits that hold a whole plan until a person releases it."""

from dataclasses import dataclass

from latchkey.policy.rules import Rule


@dataclass(frozen=True, slots=True)
class Brake:
    """Why a plan is held: `limit` is what may happen unasked, `asked` what the plan would do."""

    kind: str
    limit: int
    asked: int

    @property
    def sentence(self) -> str:
        """What holds the plan, for a person."""
        if self.kind == "review":
            return (
                f"the rule asks for a review of more than {self.limit} changes; it is {self.asked}"
            )
        if self.kind == "day":
            return f"{self.asked} new accounts within a day are more than the brake of {self.limit}"
        return f"{self.asked} new accounts at once are more than the brake of {self.limit}"


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
