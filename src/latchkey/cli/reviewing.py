"""`latchkey plans`, `release` and `reject`: what a brake or a review holds."""

from typing import Annotated

import typer

from latchkey.cli.output import complain, counted, say, show, write_json
from latchkey.cli.tools import tools
from latchkey.service import review
from latchkey.store import plan_lists
from latchkey.store.models import Plan
from latchkey.store.plans import revised

PlanNumber = Annotated[
    int, typer.Argument(metavar="PLAN", help="The plan's number; `latchkey plans` shows it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before it is decided.")]
OF_PLANS = ("plan", "rule", "made_at", "create", "link", "update", "already", "reason")
OF_CONTACTS = ("contact_id", "name", "email", "verdict", "username", "reason")


def plans(
    context: typer.Context,
    plan: Annotated[
        int | None,
        typer.Argument(metavar="[PLAN]", help="Show each contact of it.", show_default=False),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """List the plans that wait for a person, or what one of them would do with each contact."""
    command = tools(context).opened()
    held = review.held_plan(plan) if plan is not None else None
    rows = plan_lists.waiting() if held is None else plan_lists.planned(held)
    headings = OF_PLANS if held is None else OF_CONTACTS
    if json:
        write_json(rows)
    elif not show(rows, headings, terminal=command.out_is_terminal):
        complain(
            "No plan waits." if held is None else "The plan has nothing to carry out any more."
        )


def release(
    context: typer.Context,
    plan: PlanNumber,
    *,
    only: Annotated[
        list[int] | None,
        typer.Option("--only", metavar="ID", help="This contact only; may be repeated."),
    ] = None,
    yes: Yes = False,
) -> None:
    """Let a plan be carried out, whole or in part: exactly what `plans PLAN` shows."""
    command = tools(context).opened()
    held = review.held_plan(plan)
    part = f" for {counted(len(set(only)), 'contact')}" if only else ""
    if anew := revised(held, 0):
        complain(f"{counted(anew, 'contact')} of it decided anew since the plan was made.")
    command.ask(f"Release {_named(held)}{part}?", answered=yes)
    number = review.release(held, command.by, only, held.revision)
    if left := revised(held, held.revision):
        complain(f"{counted(left, 'contact')} decided anew meanwhile: see `latchkey plans {plan}`.")
    say(
        f"{counted(number, 'change')} released. A worker carries them out; without one, "
        f"`latchkey run {held.rule.name}` does."
    )


def reject(context: typer.Context, plan: PlanNumber, *, yes: Yes = False) -> None:
    """Carry nothing of a plan out; its contacts are decided anew when they or the rule change."""
    command = tools(context).opened()
    held = review.held_plan(plan)
    command.ask(f"Reject {_named(held)}?", answered=yes)
    number = review.reject(held, command.by)
    say(f"{counted(number, 'change')} rejected.")


def _named(plan: Plan) -> str:
    return f"plan {plan.pk} of {plan.rule.name} on {plan.rule.site}"
