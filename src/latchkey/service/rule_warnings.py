"""What a rule would bring about as it is being written: said before it is stored. Asks nobody."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchkey.crm.contract import Trigger
from latchkey.policy.health import Finding, Level
from latchkey.policy.roles import privileged_among
from latchkey.service.rule_checks import cannot_be_emptied
from latchkey.sites.contract import RoleList, Spec

# From here on a number of new accounts is worth a word.
MANY = 50


@dataclass(frozen=True, slots=True)
class Writing:
    """The fields of a rule that is being written, as far as they are filled in."""

    groups: Sequence[str] = ()
    tags: Sequence[str] = ()
    roles: Sequence[str] = ()
    removes: bool = True
    brake: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the CRM and the site showed. `number` is None while it is not known."""

    groups: Sequence[Trigger]
    tags: Sequence[Trigger]
    roles: RoleList | None
    number: int | None


def warnings(writing: Writing, seen: Seen, spec: Spec) -> list[Finding]:
    """What a person should know before storing the rule."""
    return [
        *_about_number(writing, seen),
        *_about_triggers("group", writing.groups, seen.groups, removes=writing.removes),
        *_about_triggers("tag", writing.tags, seen.tags, removes=writing.removes),
        *_about_roles(writing, seen, spec),
    ]


def _about_number(writing: Writing, seen: Seen) -> Iterator[Finding]:
    if seen.number is None or not (writing.groups or writing.tags):
        return
    if seen.number == 0:
        yield Finding("Nobody is in there now. Whoever is added gets an account.", Level.OK)
    elif writing.brake is not None and seen.number > writing.brake:
        yield Finding(
            f"{seen.number} contacts are in there now, more than the brake of {writing.brake}.",
            Level.WARNING,
            "The first plan will wait under Review until somebody releases it.",
        )
    else:
        level = Level.WARNING if seen.number >= MANY else Level.OK
        remedy = "The preview shows each of them." if level is Level.WARNING else ""
        contacts = "1 contact is" if seen.number == 1 else f"{seen.number} contacts are"
        what = f"{contacts} in there now and would get an account, unless they have one."
        yield Finding(what, level, remedy)


def _about_triggers(
    kind: str, names: Sequence[str], known: Sequence[Trigger], *, removes: bool
) -> Iterator[Finding]:
    """Nothing is said about names while the CRM's list is not there."""
    if not known:
        return
    by_name = {one.name: one for one in known} | {one.title: one for one in known}
    for name in names:
        trigger = by_name.get(name)
        if trigger is None:
            yield Finding(
                f'The CRM has no {kind} "{name}", or our key may not see it.',
                Level.MISSING,
                f"Make the {kind} in the CRM, or choose another.",
            )
        elif removes and not trigger.can_be_emptied:
            yield Finding(cannot_be_emptied(trigger), Level.MISSING)


def _about_roles(writing: Writing, seen: Seen, spec: Spec) -> Iterator[Finding]:
    for role in privileged_among(writing.roles, spec.privileged):
        yield Finding(
            f'"{role}" has power over the site, and Latchkey never gives it.',
            Level.MISSING,
            "Take it out of the rule and give it by hand on the site.",
        )
    if seen.roles is None:
        return
    for role in writing.roles:
        if role in seen.roles.names:
            continue
        if seen.roles.complete:
            yield Finding(
                f'The site has no role "{role}".',
                Level.MISSING,
                f"It has {', '.join(sorted(seen.roles.names))}.",
            )
        else:
            yield Finding(
                f'The site cannot say whether it has a role "{role}".',
                Level.WARNING,
                "The first account shows it.",
            )
