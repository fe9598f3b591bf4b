"""The rules, how far their triggers were polled, and what people paused."""

from django.db import models

from latchkey.store.models.connections import Connection


class Rule(models.Model):
    """A rule as it was loaded; `definition` is checked and read by the service.

    One of kind IMPORT belongs to a file: it is made with it, and neither listed nor dumped.
    `position` is its place among the rules of its site. `stopped_reason` says why no change of it
    is carried out until a person acts, empty when it works. `next_run_at` is the next time of its
    schedule, `swept_at` when all of its triggers were last read; `pace_level` and `pace_at` are
    the state of its limit per minute.
    """

    class Kind(models.TextChoices):
        """Where its contacts come from."""

        RULE = "rule"
        IMPORT = "import"

    name = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.RULE)
    position = models.PositiveIntegerField()
    crm = models.ForeignKey(Connection, models.PROTECT, related_name="rules_from")
    site = models.ForeignKey(Connection, models.PROTECT, related_name="rules_to")
    enabled = models.BooleanField(default=True)
    definition = models.JSONField()
    version = models.CharField(max_length=32)
    stopped_reason = models.TextField(blank=True)
    next_run_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    pace_level = models.FloatField(null=True)
    pace_at = models.DateTimeField(null=True)

    class Meta:
        """The rules of a site have an order."""

        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class Cursor(models.Model):
    """How far a standing trigger was polled. `position` is the CRM's own, None for "everybody"."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="cursors")
    trigger = models.CharField(max_length=40)
    position = models.PositiveBigIntegerField(null=True)
    polled_at = models.DateTimeField()

    class Meta:
        """One per rule and trigger."""

        constraints = (models.UniqueConstraint(fields=("rule", "trigger"), name="cursor_once"),)


class Pause(models.Model):
    """Somebody stopped work: of everything, of a connection or of a rule. Gone when resumed."""

    connection = models.ForeignKey(Connection, models.CASCADE, null=True, related_name="pauses")
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="pauses")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
