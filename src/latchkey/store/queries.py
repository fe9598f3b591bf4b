"""Lists for people and programs: frozen rows, read in pages, so that any number can be listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from latchkey.policy.brakes import Brake
from latchkey.policy.reasons import HAD_NONE, Reason, Why
from latchkey.store.imports import SHOWN
from latchkey.store.models import UNDER_WAY, Account, Change, Plan, Rule, Run, State
from latchkey.store.runs import came_to
from latchkey.store.runs import outcome as outcome_of

PAGE = 2000
# A try to make an account leaves the change where the next one goes on, not where it began.
TRIED_AGAIN = Q(state__in=UNDER_WAY, attempts__gt=0)
# The reason of a creation was true before it.
_CONTACT = (
    "rule__name",
    "rule__site__name",
    "contact_id",
    "contact_name",
    "email",
    "why",
    "details",
)


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account that Latchkey knows. `contact_id` and `crm` are None without a link."""

    site: str
    account_id: str
    username: str
    email: str
    contact_id: int | None
    crm: str | None
    state: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A contact that waits for a person. `plan` is the plan that is held, None for its own hold."""

    rule: str
    site: str
    contact_id: int
    name: str
    email: str
    plan: int | None
    why: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A contact without the account that its rule wanted for it.

    `state` is refused, given_up, or due when it is tried again at `again_at`.
    """

    rule: str
    site: str
    contact_id: int
    name: str
    email: str
    state: str
    attempts: int
    again_at: datetime | None
    why: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What came of one contact in a run; `outcome` is one of the eight of its summary."""

    contact_id: int
    name: str
    email: str
    username: str
    outcome: str
    reason: str


def accounts() -> Iterator[AccountRow]:
    """Every account that Latchkey knows, by site."""
    columns = ("account_id", "username", "email", "contact_id", "state", "roles")
    rows = Account.objects.order_by("site__name", "pk").values("site__name", "crm__name", *columns)
    for row in rows.iterator(chunk_size=PAGE):
        yield AccountRow(
            site=row["site__name"],
            account_id=row["account_id"],
            username=row["username"],
            email=row["email"],
            contact_id=row["contact_id"],
            crm=row["crm__name"],
            state=row["state"],
            roles=tuple(row["roles"]),
        )


def holds() -> Iterator[HoldRow]:
    """Every contact that waits for a person: held itself, or with its plan."""
    in_plan = Q(plan__state=Plan.State.HELD, state=State.DUE)
    waiting = Change.objects.filter(Q(state=State.HELD) | in_plan, SHOWN, is_open=True)
    columns = (*_CONTACT, "state", "plan_id", "plan__brake", "entered_at")
    for row in waiting.order_by("rule", "pk").values(*columns).iterator(chunk_size=PAGE):
        by_itself = row["state"] == State.HELD
        yield HoldRow(
            **_contact(row),
            plan=None if by_itself else row["plan_id"],
            why=row["why"] if by_itself else row["plan__brake"]["kind"],
            reason=_sentence(row) if by_itself else Brake(**row["plan__brake"]).sentence,
            since=row["entered_at"],
        )


def failures() -> Iterator[FailureRow]:
    """Every contact whose last episode failed, or failed so far, or was refused."""
    later = Change.objects.filter(
        rule=OuterRef("rule"),
        task=OuterRef("task"),
        contact_id=OuterRef("contact_id"),
        episode__gt=OuterRef("episode"),
    )
    failed = Q(state__in=(State.GIVEN_UP, State.REFUSED)) | TRIED_AGAIN
    rows = Change.objects.filter(failed, ~Exists(later), SHOWN)
    columns = (*_CONTACT, "state", "attempts", "due_at")
    for row in rows.order_by("rule", "pk").values(*columns).iterator(chunk_size=PAGE):
        yield FailureRow(
            **_contact(row),
            state=State.DUE if row["state"] in UNDER_WAY else row["state"],
            attempts=row["attempts"],
            again_at=row["due_at"],
            why=row["why"],
            reason=_sentence(row),
        )


def last_run(rule: Rule) -> Run | None:
    """The latest run of a rule, None when there was none."""
    return Run.objects.filter(rule=rule).order_by("-started_at", "-pk").first()


def outcomes(run: Run) -> Iterator[OutcomeRow]:
    """What came of every contact that the run saw."""
    rows = (
        Change.objects.filter(seen_by=run)
        .annotate(came_to=came_to(run))
        .annotate(brake=F("plan__brake"))
        .order_by("contact_id")
    )
    columns = (*_CONTACT, "task", "state", "verdict", "plan__state", "came_to", "intended_username")
    for row in rows.values(*columns, "brake").iterator(chunk_size=PAGE):
        held_by_plan = row["state"] == State.DUE and row["plan__state"] == Plan.State.HELD
        outcome = outcome_of(row)
        reason = Brake(**row["brake"]).sentence if held_by_plan else _sentence(row)
        yield OutcomeRow(
            contact_id=row["contact_id"],
            name=row["contact_name"],
            email=row["email"],
            username=row["details"].get("username") or row["intended_username"],
            outcome=outcome,
            reason=HAD_NONE if outcome == "created" else reason,
        )


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "rule": row["rule__name"],
        "site": row["rule__site__name"],
        "contact_id": row["contact_id"],
        "name": row["contact_name"],
        "email": row["email"],
    }


def _sentence(row: dict[str, Any]) -> str:
    return Reason(Why(row["why"]), row["details"]).sentence if row["why"] else ""
