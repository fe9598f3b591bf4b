"""Visits of the welcome page: people who came from a form, each with a checksum of the CRM."""

from django.db import models

from latchkey.store.models.rules import Rule
from latchkey.store.models.work import Change


class Visit(models.Model):
    """One press of the welcome page's button, and what it came to.

    `token` and `used` are digests: of what the browser shows to follow the visit, and of the
    checksum, which is good once (None when what was shown is no checksum). `checksum` and `link`
    are sealed, and emptied when they have been used. `address` is the keyed digest of where the
    browser is. `rule` is None when the page was asked for one that is not there.
    """

    class State(models.TextChoices):
        """How far it has come: ADMITTED by the CRM, ENTERED with a link, MADE with a mail."""

        WAITING = "waiting"
        ADMITTED = "admitted"
        ENTERED = "entered"
        MADE = "made"
        ENDED = "ended"

    UNDER_WAY = (State.WAITING, State.ADMITTED)

    token = models.CharField(max_length=64, unique=True)
    used = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - any number of visits have none
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="visits")
    contact_id = models.PositiveBigIntegerField()
    checksum = models.TextField(blank=True)
    address = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    change = models.ForeignKey(Change, models.SET_NULL, null=True, related_name="visits")
    link = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)

    class Meta:
        """Counted by address and by contact; found while under way."""

        indexes = (
            models.Index(fields=("address", "asked_at"), name="visit_by_address"),
            models.Index(fields=("contact_id", "asked_at"), name="visit_by_contact"),
            models.Index(fields=("state", "lease_until"), name="visit_to_receive"),
            models.Index(fields=("asked_at",), name="visit_by_age"),
        )
