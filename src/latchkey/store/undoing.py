"""The taking back of an import: a change of its own for every account that it made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from latchkey.policy.planning import Verdict
from latchkey.policy.reasons import Reason, Why
from latchkey.policy.undoing import Fate
from latchkey.store import imports
from latchkey.store.clock import now
from latchkey.store.models import UNDER_WAY, Account, Change, Plan, Rule, Run, State, Task

_COPIED = ("contact_id", "account_id", "intended_username", "email", "contact_name")
_STATES = {Fate.TAKE_BACK: State.DUE, Fate.ASK: State.HELD, Fate.KEEP: State.IGNORED}
_FATES = {State.HELD: Fate.ASK, State.IGNORED: Fate.KEEP}


@dataclass(frozen=True, slots=True)
class UndoRow:
    """One account that the import made. `contact_id` is the row's number without a CRM.

    `outcome` is `disabled` once it was taken back, `failed` when that was refused, empty before.
    """

    contact_id: int
    account_id: str
    name: str
    username: str
    email: str
    fate: Fate
    outcome: str
    reason: str


def begin(rule: Rule, run: Run) -> int:
    """A change for every account that the rule made and has not taken back; how many."""
    Change.objects.filter(rule=rule, task=Task.UNDO).delete()
    made = _made(rule).order_by("pk").values(*_COPIED).iterator(chunk_size=imports.PAGE)
    number = 0
    while page := [_undo_of(rule, run, dict(row)) for row in islice(made, imports.PAGE)]:
        number += len(Change.objects.bulk_create(page))
    return number


def has_made(rule: Rule) -> bool:
    """Whether the rule made any account that was not taken back."""
    return _made(rule).exists()


def pages(rule: Rule) -> Iterator[list[Change]]:
    """The changes of an undo, in pages."""
    rows = Change.objects.filter(rule=rule, task=Task.UNDO)
    last = 0
    while page := list(rows.filter(pk__gt=last).order_by("pk")[: imports.PAGE]):
        yield page
        last = page[-1].pk


def decide(plan: Plan, fates: Sequence[tuple[Change, Fate, Reason, str]]) -> None:
    """Write down what an undo would do with each account, by the username it has now."""
    moment = now()
    for change, fate, reason, username in fates:
        change.state = _STATES[fate]
        change.why, change.details = reason.why, dict(reason.details)
        change.intended_username = username
        change.due_at = moment if fate is Fate.TAKE_BACK else None
        change.is_open = fate is not Fate.KEEP
        change.plan = plan
    fields = ["state", "why", "details", "intended_username", "due_at", "is_open", "plan"]
    Change.objects.bulk_update([change for change, *_ in fates], fields, batch_size=100)


def asked_about(rule: Rule) -> set[str]:
    """The ids of all accounts that an undo is about."""
    rows = Change.objects.filter(rule=rule, task=Task.UNDO)
    return set(rows.values_list("account_id", flat=True))


def tick(rule: Rule, account_ids: Iterable[str]) -> int:
    """Take these accounts back, too, though nobody knows whether they were used; how many."""
    asked = Change.objects.filter(rule=rule, task=Task.UNDO, is_open=True, state=State.HELD)
    return asked.filter(account_id__in=list(account_ids)).update(state=State.DUE, due_at=now())


def about_to_go(rule: Rule) -> int:
    """How many accounts the undo takes back as it stands now."""
    rows = Change.objects.filter(rule=rule, task=Task.UNDO, is_open=True, state=State.DUE)
    return rows.count()


def is_left(rule: Rule) -> bool:
    """Whether an account that was to be taken back is still there, to be tried again or not."""
    again = Q(is_open=True, state__in=UNDER_WAY)
    rows = Change.objects.filter(again | Q(state=State.GIVEN_UP), rule=rule, task=Task.UNDO)
    return rows.exists()


def advance(rule: Rule) -> tuple[int, int]:
    """How many accounts of the undo are settled, or looked at while it is planned, of how many."""
    rows = Change.objects.filter(rule=rule, task=Task.UNDO)
    left = rows.filter(Q(plan__isnull=True) | Q(is_open=True, state__in=UNDER_WAY))
    total = rows.count()
    return total - left.count(), total


def leave_unticked(rule: Rule) -> int:
    """What nobody ticked stays as it is; how many accounts that is."""
    asked = Change.objects.filter(rule=rule, task=Task.UNDO, is_open=True, state=State.HELD)
    return asked.update(state=State.IGNORED, is_open=False)


def rows(rule: Rule) -> Iterator[UndoRow]:
    """Every account that an undo is about."""
    for page in pages(rule):
        yield from map(row_of, page)


def row_of(change: Change) -> UndoRow:
    """What an undo does, or did, with one account."""
    return UndoRow(
        contact_id=change.contact_id,
        account_id=change.account_id,
        name=change.contact_name,
        username=change.intended_username,
        email=change.email,
        fate=_FATES.get(State(change.state), Fate.TAKE_BACK),
        outcome=_outcome(change),
        reason=Reason(Why(change.why), change.details).sentence if change.why else "",
    )


def _undo_of(rule: Rule, run: Run, copied: dict[str, Any]) -> Change:
    return Change(
        rule=rule,
        task=Task.UNDO,
        verdict=Verdict.DISABLE,
        seen_by=run,
        entered_at=now(),
        **copied,
    )


def _outcome(change: Change) -> str:
    match State(change.state):
        case State.DONE:
            return "disabled"
        case State.GIVEN_UP:
            return "failed"
        case _:
            return "failed" if change.attempts else ""


def _made(rule: Rule) -> QuerySet[Change]:
    gone = Account.objects.filter(
        site=rule.site_id, account_id=OuterRef("account_id"), state=Account.State.DISABLED
    )
    made = Change.objects.filter(
        ~Exists(gone), rule=rule, task=Task.ACCOUNT, verdict=Verdict.CREATE, state=State.DONE
    )
    return made.exclude(account_id="")
