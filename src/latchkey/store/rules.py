"""Rules as they are kept, in the order of their site."""

from datetime import datetime

from django.db.models import Q, QuerySet

from latchkey.store import alerts
from latchkey.store.clock import now
from latchkey.store.models import Connection, Rule


def find(name: str) -> Rule | None:
    """The rule of this name with its connections, None when there is none."""
    return _of_name(_loaded(), name)


def known(name: str) -> Rule | None:
    """The rule of this name, that of an import too; None when there is none."""
    return _of_name(Rule.objects.select_related("crm", "site__hosts_crm"), name)


def every(*, enabled: bool | None = None) -> list[Rule]:
    """All rules with their connections, in their order; `enabled` narrows.

    Those of imports are none: they come and go with their files.
    """
    narrowed = Q() if enabled is None else Q(enabled=enabled)
    return list(_loaded().filter(narrowed))


def of_crm(crm: Connection) -> list[Rule]:
    """The enabled rules that read from this CRM."""
    return [rule for rule in every(enabled=True) if rule.crm_id == crm.pk]


def stop(rule: Rule, reason: str) -> None:
    """Carry nothing of the rule out until a person acts."""
    Rule.objects.filter(pk=rule.pk).update(stopped_reason=reason)
    rule.stopped_reason = reason


def restart(rule: Rule) -> None:
    """The reason why the rule was stopped is gone: when it is stopped anew that is told."""
    Rule.objects.filter(pk=rule.pk).update(stopped_reason="")
    alerts.settle(alerts.about(rule))
    rule.stopped_reason = ""


def by_id(pk: str) -> Rule | None:
    """The rule with its connections, None when there is none."""
    return Rule.objects.select_related("crm", "site__hosts_crm").filter(pk=pk).first()


def swept(rule: Rule, next_run_at: datetime | None) -> None:
    """All of the rule's triggers have been read; when its schedule wants the next run."""
    Rule.objects.filter(pk=rule.pk).update(swept_at=now(), next_run_at=next_run_at)


def plan_run(rule: Rule, next_run_at: datetime | None) -> None:
    """When the rule's schedule wants the next run."""
    Rule.objects.filter(pk=rule.pk).update(next_run_at=next_run_at)


def _of_name(rows: QuerySet[Rule], name: str) -> Rule | None:
    """PostgreSQL answers a null character, which anybody may send, with an error."""
    return rows.filter(name=name).first() if "\x00" not in name else None


def _loaded() -> QuerySet[Rule]:
    rows = Rule.objects.select_related("crm", "site__hosts_crm")
    return rows.exclude(kind=Rule.Kind.IMPORT)
