"""What people ask for in the browser and the worker does, with what came of it."""

from django.db import models

from latchkey.store.models.connections import Connection
from latchkey.store.models.rules import Rule


class Errand(models.Model):
    """Something that a person asked for, done once by the worker.

    `stage` is what is being done now, `problem` why it came to nothing; `total` is None where
    nobody knows how much there is to do. `version` is the rule's
    when it was begun. A running one whose `lease_until` has passed lost its worker.
    """

    class Kind(models.TextChoices):
        """What was asked for."""

        PREVIEW = "preview"
        PROVISION = "provision"
        RESEND = "resend"
        RESET = "reset"
        PAIR = "pair"
        LINK = "link"
        DIAGNOSE = "diagnose"
        REPAIR = "repair"

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="errands")
    site = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="errands")
    contact_id = models.PositiveBigIntegerField(null=True)
    account_id = models.CharField(max_length=254, blank=True)
    mode = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    version = models.CharField(max_length=32, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    stage = models.CharField(max_length=200, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        """Found by what it is about, and by what is still to do."""

        indexes = (
            models.Index(fields=("state",), name="errand_by_state"),
            models.Index(fields=("kind", "rule"), name="errand_of_rule"),
            models.Index(fields=("kind", "site"), name="errand_of_site"),
        )

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self.state in {Errand.State.DONE, Errand.State.FAILED}


class ErrandRow(models.Model):
    """One thing that came of an errand: a person, an account, or a step.

    `outcome` is a verdict, a pairing, an ailment or the outcome of a step. `move_to` is the contact
    that a repair would link the account to, None where there is none to carry out.
    """

    errand = models.ForeignKey(Errand, models.CASCADE, related_name="rows")
    at = models.DateTimeField()
    contact_id = models.PositiveBigIntegerField(null=True)
    account_id = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=300, blank=True)
    email = models.CharField(max_length=254, blank=True)
    username = models.CharField(max_length=254, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    sentence = models.TextField(blank=True)
    repair = models.TextField(blank=True)
    move_to = models.PositiveBigIntegerField(null=True)
    is_picked = models.BooleanField(default=False)

    class Meta:
        """Shown in pages: as they came, by outcome, by name or by username."""

        indexes = (
            models.Index(fields=("errand", "outcome"), name="errand_row_by_outcome"),
            models.Index(fields=("errand", "name"), name="errand_row_by_name"),
            models.Index(fields=("errand", "username"), name="errand_row_by_username"),
        )
