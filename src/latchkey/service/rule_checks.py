"""What only the CRM and the site can say about a rule: groups, tags, roles. Writes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from latchkey.crm.contract import Crm, Trigger
from latchkey.policy.health import Finding, Level
from latchkey.policy.roles import privileged_among
from latchkey.policy.rules import Afterwards, Language, Notify, Rule
from latchkey.remote.errors import Missing, RemoteError
from latchkey.remote.secrets import KeyringError
from latchkey.service.configuration.rules import rule_value
from latchkey.service.installation import Installation
from latchkey.sites.contract import Site, Support
from latchkey.store import models


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a rule cannot be stored: the key of its table, and what to do."""

    key: str
    sentence: str


class RuleChecks:
    """Looks at rules, stored or about to be. A system that failed once is not asked again."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._connect = installation.connect.dry()
        self._failed: dict[object, str] = {}

    def refusals(self, row: models.Rule) -> list[Refusal]:
        """What must not be stored; empty also where the CRM cannot be asked."""
        rule = rule_value(row)
        if rule.afterwards is not Afterwards.REMOVE or row.crm_id in self._failed:
            return []
        try:
            triggers = self._connect.crm(row.crm).triggers(rule.groups, rule.tags)
        except Missing:
            return []
        except (RemoteError, KeyringError) as error:
            self._failed[row.crm_id] = str(error)
            return []
        return [
            Refusal("afterwards", cannot_be_emptied(trigger))
            for trigger in triggers
            if not trigger.can_be_emptied
        ]

    def complaints(self, row: models.Rule) -> list[Finding]:
        """What stands between the rule and its work."""
        return [finding for finding in self.findings(row) if finding.level is not Level.OK]

    def findings(self, row: models.Rule) -> list[Finding]:
        """Everything looked at."""
        rule = rule_value(row)
        return [
            *self._of_crm(row, rule),
            *self._of_site(row, rule),
            *self._about_mail(rule),
            *self._about_language(row, rule),
        ]

    def _of_crm(self, row: models.Rule, rule: Rule) -> list[Finding]:
        if row.crm_id in self._failed:
            return [_unasked(f"crm.{row.crm.name}", self._failed[row.crm_id])]
        try:
            crm = self._connect.crm(row.crm)
            return [*_about_triggers(crm, rule), *_about_history(crm, rule)]
        except (RemoteError, KeyringError) as error:
            self._failed[row.crm_id] = str(error)
            return [_unasked(f"crm.{row.crm.name}", str(error))]

    def _of_site(self, row: models.Rule, rule: Rule) -> list[Finding]:
        if not rule.roles:
            return []
        if row.site_id in self._failed:
            return [_unasked(f"site.{row.site.name}", self._failed[row.site_id])]
        try:
            return list(_about_roles(self._connect.site(row.site), rule))
        except (RemoteError, KeyringError) as error:
            self._failed[row.site_id] = str(error)
            return [_unasked(f"site.{row.site.name}", str(error))]

    def _about_mail(self, rule: Rule) -> list[Finding]:
        if not rule.notify.by_latchkey or self._installation.mailer is not None:
            return []
        level = Level.MISSING if rule.notify is Notify.LATCHKEY else Level.WARNING
        return [
            Finding(
                f'notify = "{rule.notify}", and Latchkey has no way to send mail.',
                level,
                "Set LATCHKEY_SMTP_URL and LATCHKEY_MAIL_FROM, or choose another notify.",
            )
        ]

    def _about_language(self, row: models.Rule, rule: Rule) -> list[Finding]:
        spec = self._installation.connect.spec(row.site.kind)
        if rule.language is not Language.PREFERRED:
            return []
        if spec.capabilities.language is not Support.NONE:
            return []
        return [
            Finding(
                f"Accounts on {spec.label} have no language of their own.",
                Level.WARNING,
                'Write language = "site" into the rule.',
            )
        ]


def check_rule(installation: Installation, row: models.Rule) -> list[Finding]:
    """Everything that the CRM and the site say about a rule."""
    return RuleChecks(installation).findings(row)


def _unasked(where: str, error: str) -> Finding:
    return Finding(f"Not checked, because {where} cannot be used: {error}", Level.UNKNOWN)


def _about_triggers(crm: Crm, rule: Rule) -> Iterator[Finding]:
    named = [("group", name) for name in rule.groups] + [("tag", name) for name in rule.tags]
    for kind, name in named:
        trigger = _found(crm, kind, name)
        if trigger is None:
            yield _missing(kind, name)
        elif rule.afterwards is Afterwards.REMOVE and not trigger.can_be_emptied:
            yield Finding(cannot_be_emptied(trigger), Level.MISSING)
        else:
            yield Finding(f'The {kind} "{trigger.title}" is there.', Level.OK)


def _about_history(crm: Crm, rule: Rule) -> Iterator[Finding]:
    for kind, name in (("group", rule.history_group), ("tag", rule.history_tag)):
        if name is None:
            continue
        trigger = _found(crm, kind, name)
        if trigger is None:
            yield _missing(kind, name)
        elif not trigger.can_be_emptied:
            yield Finding(
                f'The history group "{name}" is a {trigger.kind} group, which contacts cannot be '
                "added to.",
                Level.MISSING,
                "Choose a static group.",
            )
        else:
            yield Finding(f'The history {kind} "{trigger.title}" is there.', Level.OK)


def _about_roles(site: Site, rule: Rule) -> Iterator[Finding]:
    for role in privileged_among(rule.roles, site.privileged_roles()):
        yield Finding(
            f'The role "{role}" has power on the site, and Latchkey never gives it.',
            Level.MISSING,
            "Take it out of the rule and give it by hand.",
        )
    known = site.roles()
    for role in sorted(rule.roles):
        if role in known.names:
            yield Finding(f'The role "{role}" is there.', Level.OK)
        elif known.complete:
            yield Finding(
                f'The site has no role "{role}".',
                Level.MISSING,
                f"It has {', '.join(sorted(known.names))}.",
            )
        else:
            yield Finding(
                f'The role "{role}" is unproved: the site cannot list its roles.',
                Level.WARNING,
                "The first account shows whether it is there.",
            )


def _found(crm: Crm, kind: str, name: str) -> Trigger | None:
    groups: Sequence[str] = [name] if kind == "group" else []
    tags: Sequence[str] = [name] if kind == "tag" else []
    try:
        return crm.triggers(groups, tags)[0]
    except Missing:
        return None


def _missing(kind: str, name: str) -> Finding:
    return Finding(
        f'The CRM has no {kind} "{name}", or our key may not see it.',
        Level.MISSING,
        f"Make the {kind} in the CRM, or write its name as it is there.",
    )


def cannot_be_emptied(trigger: Trigger) -> str:
    """Why a rule that removes may not watch this trigger, and what to write instead."""
    return (
        f'contacts cannot be taken out of "{trigger.title}", a {trigger.kind} group. '
        'Write afterwards = "keep", or watch a static group or a tag.'
    )
