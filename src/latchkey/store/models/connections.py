"""The CRMs and sites."""

from django.db import models


class Connection(models.Model):
    """The address and credential of a CRM or a site. `sealed` holds the secrets, encrypted.

    `paused_reason` says why Latchkey leaves it alone until `probe_at`, empty when it works. Of a
    site, `holder` is the worker that alone carries changes to it until `held_until`, so that its
    limit of connections holds whatever the number of workers. `paired_at` is when its
    accounts were last linked to contacts, None until a person had that done; `emails_at` is when
    addresses were last carried. `mails_per_minute` bounds our own mails to its people, None for any
    number; `pace_level` and `pace_at` are the state of that limit.
    """

    class Role(models.TextChoices):
        """Which end of the work it is."""

        CRM = "crm"
        SITE = "site"

    key = models.UUIDField(primary_key=True)
    role = models.CharField(max_length=4, choices=Role)
    name = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=40)
    url = models.CharField(max_length=500, blank=True)
    settings = models.JSONField(default=dict)
    sealed = models.JSONField(default=dict)
    references = models.JSONField(default=dict)
    connections = models.PositiveSmallIntegerField(default=4)
    allow_http = models.BooleanField(default=False)
    hosts_crm = models.ForeignKey("self", models.PROTECT, null=True, related_name="hosts")
    practice = models.BooleanField(default=False)
    paused_reason = models.TextField(blank=True)
    probe_at = models.DateTimeField(null=True)
    probes_failed = models.PositiveIntegerField(default=0)
    next_poll_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True)
    paired_at = models.DateTimeField(null=True)
    emails_at = models.DateTimeField(null=True)
    mails_per_minute = models.PositiveIntegerField(null=True)
    pace_level = models.FloatField(null=True)
    pace_at = models.DateTimeField(null=True)

    class Meta:
        """One name once among the CRMs, and once among the sites."""

        constraints = (
            models.UniqueConstraint(fields=("role", "name"), name="connection_name_once"),
        )

    def __str__(self) -> str:
        return f"{self.role}.{self.name}"
