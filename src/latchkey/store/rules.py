"""Rules as they are kept, in the order of their site."""

from django.db.models import Q

from latchkey.store.models import Connection, Rule


def find(name: str) -> Rule | None:
    """The rule of this name with its connections, None when there is none."""
    return Rule.objects.select_related("crm", "site__hosts_crm").filter(name=name).first()


def every(*, enabled: bool | None = None) -> list[Rule]:
    """All rules with their connections, in their order; `enabled` narrows."""
    narrowed = Q() if enabled is None else Q(enabled=enabled)
    return list(Rule.objects.select_related("crm", "site__hosts_crm").filter(narrowed))


def of_crm(crm: Connection) -> list[Rule]:
    """The enabled rules that read from this CRM."""
    return [rule for rule in every(enabled=True) if rule.crm_id == crm.pk]


def stop(rule: Rule, reason: str) -> None:
    """Carry nothing of the rule out until a person acts."""
    Rule.objects.filter(pk=rule.pk).update(stopped_reason=reason)
    rule.stopped_reason = reason


def restart(rule: Rule) -> None:
    """The reason why the rule was stopped is gone."""
    Rule.objects.filter(pk=rule.pk).update(stopped_reason="")
    rule.stopped_reason = ""
