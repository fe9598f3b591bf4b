"""What people decide about plans: released whole or in part, or rejected."""

from collections.abc import Sequence

from latchkey.store import alerts, plans, settings_log
from latchkey.store.models import Change, Plan


class ReviewError(Exception):
    """Nothing is decided, or nobody decided yet; the text says which."""


def held_plan(plan_id: int) -> Plan:
    """The plan that waits for a decision. ReviewError when it is none."""
    plan = plans.find(plan_id)
    if plan is None:
        raise ReviewError(f"There is no plan {plan_id}. `latchkey plans` lists those that wait.")
    if plan.state != Plan.State.HELD:
        raise ReviewError(f"Plan {plan_id} does not wait for a decision: it is {plan.state}.")
    return plan


def release(plan: Plan, by: str, only: Sequence[int] | None = None, seen: int | None = None) -> int:
    """Let the plan, or its part about these contacts, be carried out; how many changes that is.

    What is carried out is what was shown: whoever was decided anew since the plan's revision was
    `seen` (None: since now) waits on, and a contact that changes later is held again. ReviewError
    when one of the contacts is not in the plan; then nothing is released.
    """
    if strangers := sorted(set(only or ()) - plans.contacts_of(plan)):
        names = ", ".join(str(contact_id) for contact_id in strangers)
        raise ReviewError(f"Plan {plan.pk} has nothing to do with contact {names}.")
    number = plans.release(plan, by, only, seen)
    if not number and plan.state == Plan.State.HELD:
        return 0
    part = "" if plan.state == Plan.State.RELEASED else f", {number} of its contacts"
    settings_log.write(by, f"plan {plan.pk} of {plan.rule.name}{part}", "held", "released")
    if plan.state == Plan.State.RELEASED:
        alerts.settle(f"plan {plan.pk}")
    return number


def reject(plan: Plan, by: str) -> int:
    """Carry nothing of the plan out; how many changes that is."""
    number = plans.reject(plan, by)
    settings_log.write(by, f"plan {plan.pk} of {plan.rule.name}", "held", "rejected")
    alerts.settle(f"plan {plan.pk}")
    return number


def decide_anew(change: Change, by: str) -> None:
    """Write down that somebody thinks otherwise than who rejected its plan, or ignored it."""
    what = f"hold of contact {change.contact_id} by {change.rule.name}"
    settings_log.write(by, what, change.state, "decide anew")
