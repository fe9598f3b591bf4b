"""Claiming and saving changes: every write is fenced, every transaction is short."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from latchkey.policy.planning import Verdict
from latchkey.store.bulk import values_of
from latchkey.store.clock import now
from latchkey.store.models import (
    REVISED,
    SEEN_IN_PLAN,
    UNDER_WAY,
    Change,
    Plan,
    Rule,
    State,
    Task,
)

COLUMNS = {field.attname: field for field in Change.columns()}


class LeaseLostError(Exception):
    """Another worker has claimed the change since: what this one knows must not be saved."""


def claim(
    rule: Rule,
    task: Task,
    limit: int,
    *,
    creations: int | None = None,
    only: Iterable[int] | None = None,
) -> list[Change]:
    """Up to `limit` changes of one task to carry out now, leased to the caller with a new fence.

    Either they are due, or an activity about them is owed. At most `creations` of them make an
    account (None: any number); `only` narrows to these change ids.
    """
    moment = now()
    with transaction.atomic():
        waiting = claimable(rule, task, moment)
        if only is not None:
            waiting = waiting.filter(pk__in=list(only))
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        ids = _chosen(waiting.order_by("due_at", "pk"), moment, limit, creations)
        rows = Change.objects.filter(pk__in=ids)
        rows.update(lease_until=moment + lease(), fence=F("fence") + 1)
        return list(rows.select_related("plan").order_by("contact_id"))


def creations_due(rule: Rule) -> int:
    """How many accounts of the rule could be made now."""
    moment = now()
    return claimable(rule, Task.ACCOUNT, moment).filter(_makes_account(moment)).count()


def is_leased(rule: Rule) -> bool:
    """Whether somebody carries changes of the rule, or died while doing so a moment ago."""
    rows = Change.objects.filter(rule=rule, is_open=True, lease_until__gte=now())
    return rows.filter(Q(state__in=UNDER_WAY) | Q(owed__isnull=False)).exists()


def _chosen(
    waiting: QuerySet[Change], moment: datetime, limit: int, creations: int | None
) -> list[int]:
    if creations is None:
        return list(waiting.values_list("pk", flat=True)[:limit])
    others = waiting.exclude(_makes_account(moment)).values_list("pk", flat=True)[:limit]
    ids = list(others)
    room = min(creations, limit - len(ids))
    making = waiting.filter(_makes_account(moment)).values_list("pk", flat=True)
    return ids + list(making[:room])


def _makes_account(moment: datetime) -> Q:
    return Q(verdict=Verdict.CREATE, state=State.DUE, due_at__lte=moment)


def lease() -> timedelta:
    """How long a claim lasts unless it is renewed."""
    return timedelta(seconds=settings.LATCHKEY_LEASE_SECONDS)


def save(changes: Sequence[Change], *, release: bool = False) -> None:
    """Write down what is new of the changes and renew their leases (or give them back).

    LeaseLostError when one of them was claimed by somebody else: then nothing is written.
    """
    until = None if release else now() + lease()
    for change in changes:
        change.lease_until = until
    with transaction.atomic():
        _update(changes, fenced=True)


def renew(changes: Sequence[Change]) -> None:
    """Keep the leases of work that takes long. LeaseLostError when one of them was lost."""
    fences = {change.pk: change.fence for change in changes}
    with transaction.atomic():
        rows = in_order(Change.objects.filter(pk__in=fences))
        now_held = dict(rows.values_list("pk", "fence"))
        _lost(sum(fence != now_held.get(pk) for pk, fence in fences.items()))
        held = Change.objects.filter(pk__in=fences, lease_until__isnull=False)
        held.update(lease_until=now() + lease())


def write_plan(changes: Sequence[Change]) -> None:
    """Write down what was decided for changes that nobody carries out.

    A change that was claimed since it was read keeps what its worker made of it.
    """
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now())
    with transaction.atomic():
        rows = in_order(Change.objects.filter(free, pk__in=[change.pk for change in changes]))
        mine = {pk: claim for pk, *claim in rows.values_list("pk", "fence", "lease_until")}
        untouched = [one for one in changes if mine.get(one.pk) == [one.fence, one.lease_until]]
        _number_revised(untouched)
        _update(untouched, fenced=False)


def _number_revised(changes: Sequence[Change]) -> None:
    """Let those be told apart that somebody who looked at their plan has seen otherwise."""
    revised: dict[int, list[Change]] = {}
    for one in changes:
        plan = one.plan
        if (
            plan is not None
            and plan.state == Plan.State.HELD
            and SEEN_IN_PLAN.intersection(one.news())
        ):
            revised.setdefault(plan.pk, []).append(one)
    for plan_id in sorted(revised):
        plans = Plan.objects.filter(pk=plan_id)
        plans.update(revision=F("revision") + 1)
        number = plans.values_list("revision", flat=True).get()
        for one in revised[plan_id]:
            one.details = {**one.details, REVISED: number}


def _update(changes: Sequence[Change], *, fenced: bool) -> None:
    """One statement for all changes of which the same columns are new."""
    alike: dict[tuple[str, ...], list[Change]] = {}
    lock_all(changes)
    for change in changes:
        alike.setdefault(change.news(), []).append(change)
    for columns, rows in alike.items():
        if columns:
            written = _update_alike(columns, rows, fenced=fenced)
            _lost(len(rows) - written)
    for change in changes:
        change.remember()


def _update_alike(columns: Sequence[str], rows: Sequence[Change], *, fenced: bool) -> int:
    """How many rows were there to be written, with the fence that their worker holds."""
    fields = [COLUMNS[column] for column in columns]
    quote = connection.ops.quote_name
    new = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    where = "id = %s AND fence = %s" if fenced else "id = %s"
    claims = [[row.pk for row in rows], *([[row.fence for row in rows]] if fenced else [])]
    values = list(zip(*values_of(rows, fields), *claims, strict=True))
    table = quote(Change.table())
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {new} WHERE {where}", values)  # noqa: S608 - names of our own columns
        return int(cursor.rowcount)


def in_order(rows: QuerySet[Change]) -> QuerySet[Change]:
    """The rows, locked in the order of their ids, where the database locks rows.

    Whoever writes several changes locks them in this order: two cannot wait for each other then.
    """
    ordered = rows.order_by("pk")
    if connection.features.has_select_for_update:
        return ordered.select_for_update(of=("self",))
    return ordered


def lock(rows: QuerySet[Change]) -> None:
    """Lock the rows `in_order`, before one statement that takes them in an order of its own."""
    if connection.features.has_select_for_update:
        list(in_order(rows).values_list("pk", flat=True))


def lock_all(changes: Sequence[Change]) -> None:
    """Lock these `in_order`, before several savings in one transaction."""
    lock(Change.objects.filter(pk__in=[change.pk for change in changes]))


def _lost(number: int) -> None:
    if number:
        raise LeaseLostError(f"{number} changes were claimed by another worker meanwhile")


def claimable(rule: Rule, task: Task, moment: datetime) -> QuerySet[Change]:
    """The changes that a claim could find: due or owing, free, and not in a held plan."""
    due = Q(state__in=UNDER_WAY, due_at__lte=moment) | Q(owed__isnull=False)
    return _free(rule, moment).filter(due, task=task, is_open=True)


def is_claimable(rule: Rule, moment: datetime) -> bool:
    """Whether a claim of some task would find anything: asked for every rule at every tick.

    Each half goes by an index of its own. Both in one question, or "is open" said plainly, go
    through all that is open: all members of a standing group.
    """
    free = _free(rule, moment).filter(task__in=Task.values).exclude(is_open=False)
    due = free.filter(state__in=UNDER_WAY, due_at__lte=moment)
    return due.exists() or free.filter(owed__isnull=False).exists()


def _free(rule: Rule, moment: datetime) -> QuerySet[Change]:
    """Those that nobody has claimed, and no plan holds."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=moment)
    held = Q(plan__state__in=Plan.WAITING)
    return Change.objects.filter(free, rule=rule).exclude(held)


def given_up(rule: Rule | None = None) -> list[tuple[Rule, list[int]]]:
    """The contacts whose last episode was given up, by rule; `rule` narrows."""
    later = Change.objects.filter(
        rule=OuterRef("rule"),
        task=OuterRef("task"),
        contact_id=OuterRef("contact_id"),
        episode__gt=OuterRef("episode"),
    )
    rows = Change.objects.filter(~Exists(later), task=Task.ACCOUNT, state=State.GIVEN_UP)
    if rule is not None:
        rows = rows.filter(rule=rule)
    found: dict[int, list[int]] = {}
    for rule_id, contact_id in rows.order_by("contact_id").values_list("rule_id", "contact_id"):
        found.setdefault(rule_id, []).append(contact_id)
    return [(row, found[row.pk]) for row in Rule.objects.filter(pk__in=found)]
