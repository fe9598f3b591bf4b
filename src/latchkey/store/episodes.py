"""Episodes: when a contact's change begins and when it is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet

from latchkey.policy.reasons import Why
from latchkey.store.bulk import insert_unknown
from latchkey.store.changes import lock
from latchkey.store.clock import now
from latchkey.store.models import MID_FLIGHT, AddressInUse, Change, Plan, Rule, Run, State, Task

# So many at once: SQLite as it comes with Python takes 32,766 values in a statement.
PAGE = 1000


def notice(
    rule: Rule,
    contact_ids: Sequence[int],
    run: Run,
    task: Task = Task.ACCOUNT,
    since: datetime | None = None,
) -> list[Change]:
    """The open changes of these contacts, in their order; an episode begins where there is none.

    `since` is as for `unknown`; whom it leaves out is not among the changes.
    """
    with transaction.atomic():
        fresh = unknown(rule, contact_ids, task, since)
        _begin(rule, fresh, run, task, on_demand=False)
        # Runs may overlap: the later one has the say about who was seen.
        lock(_open_rows(rule, contact_ids, task))
        _open_rows(rule, contact_ids, task).exclude(seen_by__gt=run).update(seen_by=run)
        known = _open(rule, contact_ids, task)
    return [known[contact_id] for contact_id in contact_ids if contact_id in known]


def ask_for(rule: Rule, contact_ids: Sequence[int]) -> list[Change]:
    """The open changes of contacts asked for by a person; episodes begin where needed."""
    with transaction.atomic():
        known = _open(rule, contact_ids, Task.ACCOUNT)
        fresh = [contact_id for contact_id in contact_ids if contact_id not in known]
        _begin(rule, fresh, None, Task.ACCOUNT, on_demand=True)
        return list(_open(rule, contact_ids, Task.ACCOUNT).values())


def begin_anew(rule: Rule, contact_ids: Sequence[int]) -> list[Change]:
    """New episodes for contacts that were given up, whether or not they have left the trigger."""
    with transaction.atomic():
        rows = _open_rows(rule, contact_ids, Task.ACCOUNT)
        rows.filter(state=State.GIVEN_UP).update(is_open=False, fence=F("fence") + 1)
        return ask_for(rule, contact_ids)


def asked_for(rule: Rule, run: Run) -> list[Change]:
    """The changes that a person asked for and nobody has decided about; seen by this run now."""
    found = list(_asked(rule).select_related("plan").order_by("contact_id"))
    for start in range(0, len(found), PAGE):
        page = [change.pk for change in found[start : start + PAGE]]
        Change.objects.filter(pk__in=page).update(seen_by=run)
    return found


def is_asked_for(rule: Rule) -> bool:
    """Whether a person asked for something that nobody has decided about."""
    return _asked(rule).exists()


def begin_resets(rule: Rule, contact_ids: Sequence[int], run: Run) -> None:
    """Changes for contacts that asked for a password reset, due now."""
    with transaction.atomic():
        _begin(rule, contact_ids, run, Task.RESET, on_demand=False)
        rows = _open_rows(rule, contact_ids, Task.RESET).filter(state=State.NOTICED)
        rows.update(state=State.DUE, due_at=now())


def last_with_account(rule: Rule, contact_id: int) -> Change | None:
    """The latest change by which the contact has its account, None when there is none."""
    rows = Change.objects.filter(rule=rule, task=Task.ACCOUNT, contact_id=contact_id)
    return rows.exclude(account_id="").order_by("-episode").first()


def unknown(
    rule: Rule, contact_ids: Sequence[int], task: Task, since: datetime | None = None
) -> list[int]:
    """Those of the contacts that have no open change.

    `since` is when the CRM was asked for them: whose change ended after that may have left the
    trigger after the answer, and is seen by the next look if not.
    """
    rows = Change.objects.filter(rule=rule, task=task, contact_id__in=contact_ids)
    here = Q(is_open=True)
    if since is not None:
        here |= Q(attempts_started__ended__at__gte=since)
    known = set(rows.filter(here).values_list("contact_id", flat=True))
    return [contact_id for contact_id in contact_ids if contact_id not in known]


def wish(change: Change, wished: dict[str, Any]) -> bool:
    """A person decided about a held change: it is decided anew with that.

    False when it does not wait for that any more.
    """
    news = {"state": State.NOTICED, "wished": wished, "on_demand": True, "plan": None}
    return _decided(change, news)


def ignore(change: Change, by: str, owed: dict[str, Any]) -> bool:
    """A person decided to leave a held contact as it is: it is said once, and it leaves.

    False when it does not wait for that any more.
    """
    news = {"state": State.IGNORED, "why": Why.IGNORED, "details": {"by": by}}
    return _decided(change, {**news, "owed": owed, "due_at": None})


def drop(changes: Sequence[Change], why: Why) -> None:
    """There is nobody left to do these for."""
    rows = Change.objects.filter(pk__in=[change.pk for change in changes])
    rows.update(state=State.IGNORED, is_open=False, why=why, details={})


def forget_unseen(rule: Rule, run: Run) -> int:
    """End the episodes of contacts that a complete reading no longer saw in the trigger.

    What a worker has claimed is its own: the next reading looks at it again.
    """
    gone = Change.objects.filter(rule=rule, task=Task.ACCOUNT, is_open=True, on_demand=False)
    busy = Q(state__in=MID_FLIGHT) | Q(owed__isnull=False) | Q(lease_until__gt=now())
    idle = gone.exclude(seen_by__gte=run).exclude(busy)
    undone = Q(state__in=(State.NOTICED, State.DUE, State.HELD))
    over = {"is_open": False, "fence": F("fence") + 1}
    with transaction.atomic():
        lock(idle)
        left = idle.filter(undone).update(
            **over, state=State.IGNORED, why=Why.LEFT_TRIGGER, details={}
        )
        ended = idle.exclude(undone).update(**over)
        # A crash may have left a contact with an address that it was about to use.
        AddressInUse.objects.filter(change__rule=rule, change__is_open=False).delete()
    return left + ended


def _decided(change: Change, news: dict[str, Any]) -> bool:
    """Write a decision down, if the hold is still the one it is about.

    Whoever read the change before, such as a sweep, does not write over it.
    """
    held = Change.objects.filter(pk=change.pk, state=State.HELD, why=change.why, is_open=True)
    return held.update(**news, fence=F("fence") + 1) == 1


def _asked(rule: Rule) -> QuerySet[Change]:
    # A plan that a crash left a draft holds nobody: they may be in no trigger that is read again.
    # Nor does one that was put off for want of room in its run.
    undecided = Q(state=State.NOTICED) | Q(state=State.DUE, plan__state=Plan.State.DRAFT)
    undecided |= Q(state=State.DUE, due_at__isnull=True)
    # Said so that the database goes by the states, and not through all that is open.
    rows = Change.objects.filter(
        rule=rule, task=Task.ACCOUNT, state__in=(State.NOTICED, State.DUE), on_demand=True
    )
    return rows.filter(undecided).exclude(is_open=False)


def _open_rows(rule: Rule, contact_ids: Sequence[int], task: Task) -> QuerySet[Change]:
    return Change.objects.filter(rule=rule, task=task, is_open=True, contact_id__in=contact_ids)


def _open(rule: Rule, contact_ids: Sequence[int], task: Task) -> dict[int, Change]:
    rows = _open_rows(rule, contact_ids, task).select_related("plan")
    return {change.contact_id: change for change in rows}


def _begin(
    rule: Rule, contact_ids: Sequence[int], run: Run | None, task: Task, *, on_demand: bool
) -> None:
    earlier = Change.objects.filter(rule=rule, task=task, contact_id__in=contact_ids)
    episodes = dict(
        earlier.values("contact_id").annotate(last=Max("episode")).values_list("contact_id", "last")
    )
    moment = now()
    insert_unknown(
        [
            Change(
                rule=rule,
                task=task,
                contact_id=contact_id,
                episode=episodes.get(contact_id, 0) + 1,
                entered_at=moment,
                seen_by=run,
                on_demand=on_demand,
            )
            for contact_id in contact_ids
        ]
    )
