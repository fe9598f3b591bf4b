"""A rule with both its ends open: everything that carrying out its changes needs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from latchkey.crm.contract import Crm, Trigger, TriggerKind
from latchkey.policy import rules as policy
from latchkey.policy.letters import letter_fields
from latchkey.policy.passwords import BYTES_NEEDED, password_from
from latchkey.policy.roles import privileged_among
from latchkey.service.configuration.rules import rule_value
from latchkey.service.ends import Ends
from latchkey.service.importing.stored import GivenPasswords, passwords_of, source_of
from latchkey.service.installation import Installation
from latchkey.service.provisioning.talking import talking_to
from latchkey.sites.contract import Site, Spec
from latchkey.store import rules
from latchkey.store.models import Rule


class RuleError(Exception):
    """The rule cannot be carried out as it is written; the text says what to change."""


@dataclass(frozen=True)
class Assignment:
    """One rule at work. `history` is what finished contacts are added to,
    `reset_triggers` what asks for password resets.

    `neighbours` are the other enabled rules that watch one of the same triggers,
    `privileged` the site's powerful roles, `given` the passwords that a file brings along (None
    without).
    """

    installation: Installation
    row: Rule
    rule: policy.Rule
    crm: Crm
    site: Site
    spec: Spec
    triggers: tuple[Trigger, ...]
    history: tuple[Trigger, ...]
    reset_triggers: tuple[Trigger, ...]
    neighbours: tuple[Rule, ...]
    privileged: frozenset[str]
    given: GivenPasswords | None = None

    @property
    def hosted(self) -> bool:
        """Whether the site hosts the CRM: then links are UFMatch rows."""
        return self.ends.hosted

    @property
    def ends(self) -> Ends:
        """Both ends, for what goes by site and not by rule."""
        return Ends(self.row.site, self.row.crm, self.site, self.crm)

    def password_for(self, contact_id: int) -> str:
        """The password of a new account: a long random one, unless the file gives one."""
        given = self.given.of(contact_id) if self.given is not None else ""
        return given or password_from(self.installation.random_bytes(BYTES_NEEDED))

    @cached_property
    def fields(self) -> frozenset[str]:
        """The contact fields that have to be read."""
        mail = letter_fields(self.rule.telling) if self.rule.notify.by_latchkey else frozenset()
        return self.rule.token_fields | mail


def open_assignment(installation: Installation, row: Rule) -> Assignment:
    """The rule at work.

    RuleError when it asks for what the site must not give or does not have, Missing when a group
    or tag is not there, UnavailableError when one of its ends cannot be used.
    """
    spec = installation.connect.spec(row.site.kind)
    rule = replace(rule_value(row), keeps=spec.keeps)
    with talking_to(row.crm):
        crm = source_of(installation, row, installation.connect)
        triggers = crm.triggers(rule.groups, rule.tags)
        history = _named(crm, rule.history_group, rule.history_tag)
        reset_triggers = _named(crm, rule.reset_group, rule.reset_tag)
    with talking_to(row.site):
        site = installation.connect.site(row.site)
        assignment = Assignment(
            installation=installation,
            row=row,
            rule=rule,
            crm=crm,
            site=site,
            spec=spec,
            triggers=tuple(triggers),
            history=history,
            reset_triggers=reset_triggers,
            neighbours=neighbours_of(row, rule),
            privileged=site.privileged_roles(),
            given=passwords_of(installation, row),
        )
        _check(assignment)
    return assignment


def dry(assignment: Assignment) -> Assignment:
    """The same rule behind doors that let no write out."""
    connect = assignment.installation.connect.dry()
    return replace(
        assignment,
        installation=replace(assignment.installation, connect=connect),
        crm=source_of(assignment.installation, assignment.row, connect),
        site=connect.site(assignment.row.site),
    )


def _named(crm: Crm, group: str | None, tag: str | None) -> tuple[Trigger, ...]:
    if not group and not tag:
        return ()
    return tuple(crm.triggers([group] if group else [], [tag] if tag else []))


def neighbours_of(row: Rule, rule: policy.Rule) -> tuple[Rule, ...]:
    """The other enabled rules whose triggers overlap, by the names in their definitions."""
    return tuple(
        other
        for other in rules.of_crm(row.crm)
        if other.pk != row.pk and _overlap(rule, other.definition)
    )


def _overlap(one: policy.Rule, other: Mapping[str, Any]) -> bool:
    """The other is not read any further: what is wrong with it is no matter of this rule."""
    groups, tags = other.get("groups") or (), other.get("tags") or ()
    return bool({*one.groups} & {*groups} or {*one.tags} & {*tags})


def _check(assignment: Assignment) -> None:
    rule = assignment.rule
    if powerful := privileged_among(rule.roles, assignment.privileged):
        raise RuleError(
            f"The rule {rule.name} asks for the privileged role {', '.join(powerful)}. Latchkey "
            "never gives such a role: take it out of the rule and give it by hand."
        )
    known = assignment.site.roles()
    unknown = sorted(rule.roles - known.names) if known.complete else []
    if unknown:
        raise RuleError(
            f"The site {rule.site} has no role {', '.join(unknown)}. It has "
            f"{', '.join(sorted(known.names))}."
        )
    kept = [one for one in assignment.triggers if not one.can_be_emptied]
    if kept and rule.afterwards is policy.Afterwards.REMOVE:
        raise RuleError(
            f"Contacts cannot be taken out of {kept[0].title!r}, a {kept[0].kind} group. Write "
            'afterwards = "keep" into the rule, or trigger it by a static group or a tag.'
        )
    if any(not one.can_be_emptied for one in assignment.reset_triggers):
        raise RuleError(
            "reset_group has to be a static group: whoever is in it is mailed once and taken out."
        )
    if any(one.kind in {TriggerKind.SMART, TriggerKind.PARENT} for one in assignment.history):
        raise RuleError("history_group has to be a static group, which contacts can be added to.")
