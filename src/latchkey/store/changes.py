"""Noticing, claiming and saving changes: every write is fenced, every transaction is short."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Q

from latchkey.policy.reasons import Why
from latchkey.store.clock import now
from latchkey.store.models import UNDER_WAY, Change, Plan, Rule, Run, State

LEASE = timedelta(seconds=90)
MID_FLIGHT = (State.CREATING, State.MADE, State.TOLD, State.WRITTEN_BACK)
SAVED = [
    "contact_name",
    "email",
    "verdict",
    "state",
    "why",
    "details",
    "intended_username",
    "account_id",
    "told",
    "activity_id",
    "attempts",
    "refusals",
    "intended_at",
    "due_at",
    "modified",
    "rule_version",
    "owed",
    "plan_id",
    "is_open",
    "lease_until",
]


class LeaseLostError(Exception):
    """Another worker has claimed the change since: what this one knows must not be saved."""


def notice(rule: Rule, contact_ids: Sequence[int], run: Run) -> list[Change]:
    """The open changes of these contacts, in their order; an episode begins where there is none."""
    with transaction.atomic():
        known = _open(rule, contact_ids)
        fresh = [contact_id for contact_id in contact_ids if contact_id not in known]
        _begin(rule, fresh, run, on_demand=False)
        _open_rows(rule, contact_ids).update(seen_by=run)
        known = _open(rule, contact_ids)
    return [known[contact_id] for contact_id in contact_ids]


def ask_for(rule: Rule, contact_id: int, run: Run | None = None) -> Change:
    """The open change of one contact, asked for by a person; an episode begins if needed."""
    with transaction.atomic():
        if contact_id not in _open(rule, [contact_id]):
            _begin(rule, [contact_id], run, on_demand=True)
        return _open(rule, [contact_id])[contact_id]


def forget_unseen(rule: Rule, run: Run) -> int:
    """End the episodes of contacts that a complete reading no longer saw in the trigger."""
    gone = Change.objects.filter(rule=rule, is_open=True, on_demand=False).exclude(seen_by=run)
    idle = gone.exclude(state__in=MID_FLIGHT).exclude(owed__isnull=False)
    undone = idle.filter(state__in=(State.NOTICED, State.DUE, State.HELD))
    undone.update(state=State.IGNORED, why=Why.LEFT_TRIGGER, details={})
    return idle.update(is_open=False)


def claim(rule: Rule, limit: int, only: Iterable[int] | None = None) -> list[Change]:
    """Up to `limit` changes to carry out now, leased to the caller with a new fence.

    Either they are due, or an activity about them is owed. `only` narrows to these change ids.
    """
    moment = now()
    with transaction.atomic():
        waiting = _claimable(rule, moment)
        if only is not None:
            waiting = waiting.filter(pk__in=list(only))
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True, of=("self",))
        ids = list(waiting.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
        rows = Change.objects.filter(pk__in=ids)
        rows.update(lease_until=moment + LEASE, fence=F("fence") + 1)
        return list(rows.order_by("contact_id"))


def to_carry(rule: Rule) -> int:
    """How many changes of the rule a claim could find now."""
    number: int = _claimable(rule, now()).count()
    return number


def save(changes: Sequence[Change], *, release: bool = False) -> None:
    """Write the changes down and renew their leases (or give them back).

    LeaseLostError when one of them was claimed by somebody else: then nothing is written.
    """
    until = None if release else now() + LEASE
    for change in changes:
        change.lease_until = until
    with transaction.atomic():
        check_fences(changes)
        Change.objects.bulk_create(
            changes, update_conflicts=True, unique_fields=["id"], update_fields=SAVED
        )


def check_fences(changes: Sequence[Change]) -> None:
    """LeaseLostError when one of the changes is no longer ours. Call it within a transaction."""
    rows = Change.objects.filter(pk__in=[change.pk for change in changes])
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    fences = dict(rows.values_list("pk", "fence"))
    lost = [change.pk for change in changes if fences.get(change.pk) != change.fence]
    if lost:
        raise LeaseLostError(f"{len(lost)} changes were claimed by another worker meanwhile")


def write_plan(changes: Sequence[Change]) -> None:
    """Write down what was decided for changes that nobody carries out yet."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=now())
    with transaction.atomic():
        mine = set(
            Change.objects.filter(free, pk__in=[change.pk for change in changes]).values_list(
                "pk", flat=True
            )
        )
        Change.objects.bulk_create(
            [change for change in changes if change.pk in mine],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=SAVED,
        )


def waiting_elsewhere(contact_ids: Sequence[int], crm_rules: Iterable[Rule], but: Rule) -> set[int]:
    """The contacts with which another of these rules is not finished: they stay in the trigger."""
    others = [rule.pk for rule in crm_rules if rule.pk != but.pk]
    if not others:
        return set()
    finished = Change.objects.filter(
        rule__in=others, contact_id__in=contact_ids, state__in=(State.DONE, State.GIVEN_UP)
    )
    done = set(finished.values_list("rule_id", "contact_id"))
    return {i for i in contact_ids for rule_id in others if (rule_id, i) not in done}


def _claimable(rule: Rule, moment: datetime) -> Any:
    due = Q(state__in=UNDER_WAY, due_at__lte=moment) | Q(owed__isnull=False)
    free = Q(lease_until__isnull=True) | Q(lease_until__lt=moment)
    held = Q(plan__state__in=(Plan.State.HELD, Plan.State.REJECTED))
    return Change.objects.filter(due, free, rule=rule, is_open=True).exclude(held)


def _open_rows(rule: Rule, contact_ids: Sequence[int]) -> Any:
    return Change.objects.filter(rule=rule, is_open=True, contact_id__in=contact_ids)


def _open(rule: Rule, contact_ids: Sequence[int]) -> dict[int, Change]:
    return {change.contact_id: change for change in _open_rows(rule, contact_ids)}


def _begin(rule: Rule, contact_ids: Sequence[int], run: Run | None, *, on_demand: bool) -> None:
    earlier = Change.objects.filter(rule=rule, contact_id__in=contact_ids)
    episodes = dict(
        earlier.values("contact_id").annotate(last=Max("episode")).values_list("contact_id", "last")
    )
    moment = now()
    Change.objects.bulk_create(
        [
            Change(
                rule=rule,
                contact_id=contact_id,
                episode=episodes.get(contact_id, 0) + 1,
                entered_at=moment,
                seen_by=run,
                on_demand=on_demand,
            )
            for contact_id in contact_ids
        ],
        ignore_conflicts=True,
    )
