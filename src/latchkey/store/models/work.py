"""The work: runs, plans, changes, and the two records of every try."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from latchkey.policy.planning import NO_WISH, Verdict, Wish
from latchkey.policy.reasons import Reason, Why
from latchkey.store.models.connections import Connection
from latchkey.store.models.rules import Rule
from latchkey.store.models.states import State, Task, Told

# The columns of a change that its worker writes.
SAVED = (
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
    "due_at",
    "modified",
    "rule_version",
    "owed",
    "plan_id",
    "is_open",
    "lease_until",
)


# What a person who looks at a plan sees of a change.
SEEN_IN_PLAN = frozenset(
    {
        "contact_name",
        "email",
        "verdict",
        "state",
        "why",
        "details",
        "intended_username",
        "account_id",
    }
)
REVISED = "revised"


class Run(models.Model):
    """The carrying out of a rule's changes, asked for once. `summary` is written at its end."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    summary = models.JSONField(default=dict)

    class Meta:
        """Looked up by rule, newest first."""

        indexes = (models.Index(fields=("rule", "-started_at")),)


class Plan(models.Model):
    """A set of changes decided together. Only a plan that is open or released is carried out.

    It is a draft while it is being decided, so that nothing begins before the brake has spoken.
    `revision` counts how often changes of it were decided anew while it waited for a person; each
    of them has the number that it got by that in its details, under REVISED.
    """

    class State(models.TextChoices):
        """Whether the plan's changes may be carried out."""

        DRAFT = "draft"
        OPEN = "open"
        HELD = "held"
        RELEASED = "released"
        REJECTED = "rejected"

    WAITING = (State.DRAFT, State.HELD, State.REJECTED)

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="plans")
    run = models.ForeignKey(Run, models.CASCADE, related_name="plans")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    brake = models.JSONField(default=dict)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)


class Change(models.Model):
    """The unit of work: one rule, one contact, one episode.

    `fence` grows with every claim: a worker whose lease ran out can no longer save. `seen_by` is
    the last run that saw the contact in the trigger. `modified` is the contact's modified_date at
    the last decision, `rule_version` the rule's. `activity_id` is the Completed activity of this
    episode. `episode` counts from 1 and `is_open` is false once the contact left the trigger.
    """

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="changes")
    task = models.CharField(max_length=8, choices=Task, default=Task.ACCOUNT)
    contact_id = models.PositiveBigIntegerField()
    episode = models.PositiveIntegerField(default=1)
    is_open = models.BooleanField(default=True)
    contact_name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    verdict = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Verdict])
    state = models.CharField(max_length=12, choices=State, default=State.NOTICED)
    why = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    intended_username = models.CharField(max_length=254, blank=True)
    account_id = models.CharField(max_length=254, blank=True)
    told = models.CharField(max_length=10, choices=Told, default=Told.NOT_YET, blank=True)
    activity_id = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusals = models.PositiveSmallIntegerField(default=0)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    modified = models.CharField(max_length=40, blank=True)
    rule_version = models.CharField(max_length=32, blank=True)
    owed = models.JSONField(null=True)
    on_demand = models.BooleanField(default=False)
    wished = models.JSONField(null=True)
    seen_by = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="changes_seen")
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="changes")
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)

    class Meta:
        """One row per rule, contact and episode, and one open episode at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("rule", "task", "contact_id", "episode"), name="change_once_an_episode"
            ),
            models.UniqueConstraint(
                fields=("rule", "task", "contact_id"),
                condition=Q(is_open=True),
                name="one_open_episode",
            ),
        )
        indexes = (
            models.Index(fields=("rule", "task", "state", "due_at"), name="change_to_carry"),
            models.Index(
                fields=("rule", "task"), condition=Q(owed__isnull=False), name="change_owing"
            ),
            models.Index(fields=("state", "rule", "contact_id"), name="change_by_state"),
            models.Index(fields=("rule", "seen_by"), name="change_seen"),
            models.Index(Lower("intended_username"), name="change_username"),
            models.Index(Lower("contact_name"), name="change_name"),
        )

    @classmethod
    def columns(cls) -> "list[models.Field[Any, Any]]":
        """The columns of the table."""
        return list(cls._meta.concrete_fields)

    @classmethod
    def table(cls) -> str:
        """The name of the table."""
        return cls._meta.db_table

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        """Remembers what was read, so that saving writes only what is new."""
        change = super().from_db(*args, **kwargs)
        change.remember()
        return change

    def remember(self) -> None:
        """What the row holds now is what the database holds."""
        self._known = {name: self.__dict__.get(name) for name in SAVED}

    def news(self) -> tuple[str, ...]:
        """The columns that differ from what the database holds, as far as we know."""
        return tuple(name for name in SAVED if self.__dict__[name] != self._known[name])

    @property
    def wish(self) -> Wish:
        """What a person decided about it."""
        return Wish(**self.wished) if self.wished else NO_WISH

    @property
    def reason(self) -> Reason | None:
        """Why it was decided so, None before the first decision."""
        return Reason(Why(self.why), self.details) if self.why else None


class AddressInUse(models.Model):
    """An account with this address is being made on this site: nobody else makes one meanwhile."""

    site = models.ForeignKey(Connection, models.CASCADE, related_name="addresses_in_use")
    email = models.CharField(max_length=254)
    change = models.OneToOneField(Change, models.CASCADE, related_name="address_in_use")

    class Meta:
        """One creation at a time per site and address."""

        constraints = (
            models.UniqueConstraint(fields=("site", "email"), name="address_once_at_a_time"),
        )


class AttemptStarted(models.Model):
    """That a try at a change began; written before anything remote. Never changed."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="attempts_started")
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=10)
    intended_username = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()


class AttemptEnded(models.Model):
    """How a try ended. Never changed; a try without an end was cut off by a crash."""

    class Outcome(models.TextChoices):
        """What a try came to."""

        DONE = "done"
        FAILED = "failed"
        HELD = "held"
        REFUSED = "refused"
        POSTPONED = "postponed"

    started = models.OneToOneField(AttemptStarted, models.CASCADE, related_name="ended")
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="attempts_ended")
    outcome = models.CharField(max_length=10, choices=Outcome)
    why = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    account_id = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        """Counted by outcome and day."""

        indexes = (models.Index(fields=("outcome", "at"), name="attempt_ended_by_day"),)
